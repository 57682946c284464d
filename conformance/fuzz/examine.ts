import type { FuzzTarget } from './target.ts';

/** What was wrong with how an input was taken. */
export interface Fault {
  /** `threw`: the target's `examine` did, or it changed its input. `slow`, `hung`: it took too long. */
  readonly kind: 'threw' | 'slow' | 'hung';
  readonly text: string;
  /** Equal for inputs that show the same mistake, as far as can be told. */
  readonly sameness: string;
}

/** Octets around the input, which no reader has business with. */
const MARGIN = 16;
const FILLING = 0xa5;

/**
 * Gives a target an input that lies in the middle of other memory, as datagrams do, and sees to it that both stay as they are.
 * @returns what was wrong; undefined where all is well
 */
export function examine(target: FuzzTarget, input: Buffer): Fault | undefined {
  const memory = Buffer.alloc(input.length + 2 * MARGIN, FILLING);
  const given = memory.subarray(MARGIN, MARGIN + input.length);
  given.set(input);
  try {
    target.examine(given);
  } catch (error) {
    return thrown(error);
  }
  if (!given.equals(input)) return { kind: 'threw', text: 'the input was changed', sameness: 'changed' };
  for (let at = 0; at < MARGIN; at += 1) {
    if (memory[at] !== FILLING || memory[memory.length - 1 - at] !== FILLING) {
      return { kind: 'threw', text: 'memory beside the input was changed', sameness: 'changed beside' };
    }
  }
  return undefined;
}

function thrown(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'threw', text: String(error), sameness: 'no error' };
  const text = error.stack ?? error.message;
  // Where it came from, without what it says of the values.
  const places = text.split('\n').filter((line) => /^ {4}at .*\/(?:codecs|signaling|conformance)\//.test(line));
  return { kind: 'threw', text, sameness: `${error.name} ${places.slice(0, 2).join()}` };
}
