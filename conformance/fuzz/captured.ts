import { readdirSync, readFileSync } from 'node:fs';
import { type CapturedDatagram, readUdpDatagrams } from '#codecs/vectors/pcap.ts';

const CAPTURES = new URL('../../codecs/vectors/captures/', import.meta.url);

/** The datagrams of all captured calls, of one after another. */
export function capturedDatagrams(): CapturedDatagram[] {
  return readdirSync(CAPTURES)
    .filter((name) => name.endsWith('.pcap'))
    .sort()
    .flatMap((name) => readUdpDatagrams(readFileSync(new URL(name, CAPTURES))));
}
