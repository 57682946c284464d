import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** More than this is no password. */
const LONGEST = 1024;

/** Where a password is read: standard input, or what a test plays. */
export interface PasswordInput extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/**
 * Reads a password up to the end of the line or of the input. At a terminal it asks, shows nothing of what is typed, and knows
 * the keys to correct (Backspace) and to give up (Ctrl-C). Rejects where it was given up or is too long.
 */
export async function readPassword(input: PasswordInput, prompt: Writable): Promise<string> {
  const terminal = input.isTTY === true;
  if (terminal) {
    prompt.write('password: ');
    input.setRawMode?.(true);
  }
  const decoder = new StringDecoder('utf8');
  let typed: string[] = [];
  try {
    for await (const chunk of input) {
      for (const character of decoder.write(chunk)) {
        if (character === '\n' || character === '\r') return typed.join('');
        if (terminal && character === '\u0003') throw new Error('no password was given');
        if (terminal && (character === '\u007f' || character === '\b')) typed = typed.slice(0, -1);
        else typed.push(character);
        if (typed.length > LONGEST) throw new Error(`a password has at most ${LONGEST} characters`);
      }
    }
    return typed.join('');
  } finally {
    if (terminal) {
      input.setRawMode?.(false);
      prompt.write('\n');
    }
  }
}
