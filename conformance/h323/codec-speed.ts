import { decodeCaptured, encodeCaptured } from '#signaling/h323/captured/captured-codec.ts';
import { allCapturedMessages } from '#signaling/h323/captured/captured-messages.ts';
import type { Figure } from '../bench-run/figure.ts';

/** ms before measuring, so that the code is compiled; and of each measurement. */
const WARMING = 1500;
const MEASURING = 4000;
const S_TO_MS = 1000;

/** How many messages of H.225.0, RAS and H.245 one core reads, and writes, in a second: all that were captured, over and over. */
export function measureCodec(progress: (line: string) => void): Figure[] {
  const messages = allCapturedMessages();
  const octets = messages.reduce((sum, message) => sum + message.octets.length, 0);
  progress(`${messages.length} messages, ${Math.round(octets / messages.length)} octets in the middle`);
  const values = messages.map((message) => ({ message, value: decodeCaptured(message) }));
  const decode = () => {
    for (const message of messages) decodeCaptured(message);
  };
  const encode = () => {
    for (const { message, value } of values) encodeCaptured(message, value);
  };
  for (const work of [decode, encode]) msOf(work, WARMING);
  const [decoding, encoding] = [msOf(decode, MEASURING), msOf(encode, MEASURING)];
  const perSecond = (ms: number) => Math.round((S_TO_MS * messages.length) / ms);
  return [
    { name: 'messages_per_s', value: perSecond(decoding + encoding), unit: '', target: null },
    { name: 'decode_per_s', value: perSecond(decoding), unit: '', target: null },
    { name: 'encode_per_s', value: perSecond(encoding), unit: '', target: null },
  ];
}

/** ms of processor time for one run, over runs for so long. */
function msOf(work: () => void, duration: number): number {
  const end = performance.now() + duration;
  const before = process.cpuUsage();
  let runs = 0;
  while (performance.now() < end) {
    work();
    runs += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / S_TO_MS / runs;
}
