import type { Bench } from '../bench-run/bench.ts';
import { measureCodec } from '../h323/codec-speed.ts';

/** What H.323 costs: reading and writing its messages. */
export const bench: Bench = {
  title: 'messages of H.323 that one core reads and writes',
  run: (progress) => Promise.resolve(measureCodec(progress)),
};
