import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CallTrace } from './call-trace.ts';
import { ladder } from './ladder.ts';
import { maskJson } from './mask-json.ts';
import { pcapOf } from './pcap.ts';
import { type ArchivedFile, tarOf } from './tar.ts';
import { describeTrace, traceJson } from './trace-json.ts';

/** What goes into a bundle beside the traces. */
export interface BundleSurroundings {
  readonly configuration: object;
  readonly health: object;
  readonly versions: object;
  /** The log's last lines in which one of these words stands. */
  readonly log: (words: readonly string[]) => string;
}

/** Octets of traces before compression; older calls are left out beyond it. */
const MOST = 64 * 1024 * 1024;
const README = `calls.json           the calls of the class, newest first
calls/ID.txt         a ladder for people
calls/ID.json        the same for programs, complete
calls/ID.pcap        SIP or H.323, and RTCP, for Wireshark
configuration.json   the configuration; passwords and hashes are masked
health.json, versions.json
log.jsonl            lines of the log about these calls

Secrets are masked: credentials, keys, digits pressed, names at pages.
`;
/** Names that stand for no person at a page: those of users and classes. */
const SHOWN: ReadonlySet<string> = new Set(['name']);

const compress = promisify(gzip);

/**
 * All that is kept of the calls of a class in one .tar.gz, to be handed to somebody who shall find out what went wrong: an archive,
 * because Wireshark wants files. `at`: Unix time, ms.
 */
export async function lessonBundle(
  traces: readonly CallTrace[],
  surroundings: BundleSurroundings,
  at: number,
): Promise<Buffer> {
  const newest = traces.toReversed();
  const files: ArchivedFile[] = [
    { name: 'README.txt', content: README },
    { name: 'calls.json', content: text(newest.map(describeTrace)) },
    { name: 'configuration.json', content: text(maskJson(surroundings.configuration, SHOWN)) },
    { name: 'health.json', content: text(surroundings.health) },
    { name: 'versions.json', content: text(surroundings.versions) },
    { name: 'log.jsonl', content: newest.length === 0 ? '' : surroundings.log(newest.map(({ id }) => id)) },
  ];
  let octets = 0;
  for (const trace of newest) {
    if (octets > MOST) {
      break;
    }
    for (const [ending, content] of [
      ['txt', ladder(trace)],
      ['json', text(traceJson(trace))],
      ['pcap', pcapOf(trace)],
    ] as const) {
      octets += content.length;
      files.push({ name: `calls/${trace.id}.${ending}`, content });
    }
    // Calls go on meanwhile.
    await turn();
  }
  return await compress(tarOf(files, at));
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
