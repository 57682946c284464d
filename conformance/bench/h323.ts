import { availableParallelism } from 'node:os';
import type { Bench } from '../bench-run/bench.ts';
import { measureCalls } from '../bench-run/h323-calls.ts';
import { measureCodec } from '../h323/codec-speed.ts';

/** What H.323 costs: reading and writing its messages, and calls beside those of Asterisk. */
export const bench: Bench = {
  title: 'messages of H.323 that one core reads and writes; calls that it sets up and clears, beside Asterisk',
  async run(progress) {
    if (availableParallelism() < 2) {
      throw new Error('one core for who is called and one for who calls are needed');
    }
    return [...measureCodec(progress), ...(await measureCalls(progress))];
  },
};
