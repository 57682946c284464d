import { isIP } from 'node:net';

/** Whom to call by H.323: a host, or an alias that a gatekeeper knows, or an alias at a host. */
export interface DialledAddress {
  readonly alias: string | undefined;
  /** Name or address without brackets; undefined where a gatekeeper finds the alias. */
  readonly host: string | undefined;
  readonly port: number;
}

const URL = /^h323:(?:(.*)@)?([^@]+)$/i;
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/;
const PORT = 1720;

/**
 * Reads `h323:HOST`, `h323:ALIAS@HOST:PORT` and `h323:ALIAS` (RFC 3508; H.323 §O.2); undefined for anything else. What has neither a
 * dot nor a port behind it, and is no address, is an alias: room remotes have digits.
 */
export function readDialledAddress(text: string): DialledAddress | undefined {
  const [matched, alias = '', rest = ''] = URL.exec(text) ?? [];
  if (matched === undefined) {
    return undefined;
  }
  const [isHost, bracketed, plain, digits] = HOST.exec(rest) ?? [];
  const port = digits === undefined ? PORT : Number(digits);
  const host = bracketed ?? plain;
  const named = alias === '' ? undefined : alias;
  const looksLikeHost = named !== undefined || digits !== undefined || bracketed !== undefined || rest.includes('.');
  if (isHost !== undefined && looksLikeHost && port >= 1 && port <= 65_535 && isRightHost(host, bracketed)) {
    return { alias: named, host, port };
  }
  return named === undefined && !rest.includes('.') && digits === undefined
    ? { alias: rest, host: undefined, port: PORT }
    : undefined;
}

/** The same in writing: what `readDialledAddress` reads again. */
export function writeDialledAddress({ alias, host, port }: DialledAddress): string {
  if (host === undefined) {
    return `h323:${alias ?? ''}`;
  }
  const shown = isIP(host) === 6 ? `[${host}]` : host;
  return `h323:${alias === undefined ? '' : `${alias}@`}${shown}:${port}`;
}

function isRightHost(host: string | undefined, bracketed: string | undefined): boolean {
  return bracketed === undefined ? host !== undefined : isIP(bracketed) === 6;
}
