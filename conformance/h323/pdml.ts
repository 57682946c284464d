import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A line of what tshark shows of a packet, with the lines below it. */
export interface ShownField {
  /** Of Wireshark's own, such as `h225.ipV4`, or a protocol's. */
  readonly name: string;
  readonly isProtocol: boolean;
  readonly isHidden: boolean;
  /** As people see it: `ip: 127.0.0.5`. */
  readonly showname: string;
  readonly show: string;
  /** Octets in hexadecimal. */
  readonly value: string;
  readonly inner: ShownField[];
}

/** What tshark shows of a packet: its number in the file and its protocols. */
export interface ShownPacket {
  readonly frameNumber: number;
  readonly protocols: readonly ShownField[];
}

const run = promisify(execFile);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What tshark reads in the packets of a capture file that a display filter lets through. */
export async function shownPackets(file: string, filter: string, more: readonly string[] = []): Promise<ShownPacket[]> {
  const { stdout } = await run('tshark', ['-r', file, '-n', '-Y', filter, '-T', 'pdml', ...more], {
    maxBuffer: 1 << 28,
  });
  return stdout.split('<packet>').slice(1).map(packetOf);
}

function packetOf(text: string): ShownPacket {
  const top: ShownField[] = [];
  const open: ShownField[][] = [top];
  for (const [tag, closing, kind, attributes = ''] of text.matchAll(/<(\/?)(proto|field)\b((?:[^>"]|"[^"]*")*)>/g)) {
    if (closing === '/') {
      open.pop();
      continue;
    }
    const field = fieldOf(attributes, kind === 'proto');
    open.at(-1)?.push(field);
    if (!tag.endsWith('/>')) open.push(field.inner);
  }
  const number = top.find(({ name }) => name === 'geninfo')?.inner.find(({ name }) => name === 'num')?.show;
  return { frameNumber: Number(number), protocols: top };
}

function fieldOf(text: string, isProtocol: boolean): ShownField {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)="([^"]*)"/g)) {
    attributes.set(
      name,
      value.replaceAll(/&(\w+);/g, (entity, word: string) => ENTITIES[word] ?? entity),
    );
  }
  const attribute = (name: string) => attributes.get(name) ?? '';
  return {
    name: attribute('name'),
    isProtocol,
    isHidden: attribute('hide') === 'yes',
    showname: attribute('showname'),
    show: attribute('show'),
    value: attribute('value'),
    inner: [],
  };
}

/** All fields of a packet, whatever they stand in. */
export function* everyField(fields: readonly ShownField[]): Generator<ShownField> {
  for (const field of fields) {
    yield field;
    yield* everyField(field.inner);
  }
}
