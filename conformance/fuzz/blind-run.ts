import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { Attempts, type Finding } from './attempt.ts';
import { mutateBlindly } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/**
 * Tries seeds and corpus, and then a number of mutations of them, the same every time. Time is not looked at, unless an input
 * takes so long that it hangs.
 */
export function blindRun(target: FuzzTarget, corpus: readonly Buffer[], mutations: number, seed: number): Finding[] {
  const random = seededRandom(seed);
  const others = [...target.seeds(), ...corpus];
  const dictionary = target.dictionary.map((word) => Buffer.from(word));
  const source = { random, dictionary, others, maximumLength: target.maximumLength };
  const mutated = Array.from({ length: mutations }, (_, index) =>
    mutateBlindly(others[index % others.length] ?? Buffer.alloc(0), source),
  );
  return new Attempts(target, { slowness: false }).run([...others, ...mutated]);
}
