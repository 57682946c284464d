import { isIPv6 } from 'node:net';

/** Where a capture server (Homer) listens, and who we are to it. */
export interface HepTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Capture agent id, 0 to 2^32 - 1. */
  readonly agent: number;
}

/** `host:port:id`, an IPv6 literal in brackets. Undefined for anything else. */
export function readHepTarget(text: string): HepTarget | undefined {
  const [, literal, name, portText = '', agentText = ''] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]{1,253})):(\d{1,5}):(\d{1,10})$/.exec(text) ?? [];
  const [host, port, agent] = [literal ?? name, Number(portText), Number(agentText)];
  const isGood = port >= 1 && port <= 65_535 && agent <= 0xffff_ffff && (literal === undefined || isIPv6(literal));
  return host !== undefined && isGood ? { host, port, agent } : undefined;
}
