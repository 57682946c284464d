import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A display filter for packets that tshark finds fault with. */
export const FAULTY =
  '_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0 || rtcp.length_check == 0';

/**
 * What tshark reads in a capture file: for each packet that a display filter lets through, the values of these fields as text, empty
 * where a packet has none. Checksums are looked at.
 * @param more options of tshark, which come last
 */
export async function tsharkFields(
  file: string,
  filter: string,
  fields: readonly string[],
  more: readonly string[] = [],
): Promise<Record<string, string>[]> {
  const { stdout } = await run(
    'tshark',
    [
      ...['-r', file, '-n', '-Y', filter, '-T', 'fields', '-E', 'separator=/t'],
      ...['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'],
      ...more,
      ...fields.flatMap((field) => ['-e', field]),
    ],
    { maxBuffer: 1 << 26 },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split('\t');
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']));
    });
}
