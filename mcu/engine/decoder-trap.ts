/**
 * For tests of what happens when a bitstream kills an engine: with this variable set to 1 in its environment an engine aborts while it
 * decodes an access unit that holds the mark. Nothing that comes from the network sets it.
 */
export const DECODER_TRAP_VARIABLE = 'CLASSBRIDGE_TEST_DECODER_TRAP';

/** UUID of the user data unregistered SEI message (H.264 §D.1.7) that is the mark: e61c0f9d-7ab3-4d52-b8e4-95c1f27d63aa. */
export const DECODER_TRAP_UUID = Buffer.from('e61c0f9d7ab34d52b8e495c1f27d63aa', 'hex');

/** What aborts on the mark; undefined where the environment does not ask for it. */
export function decoderTrap(environment: NodeJS.ProcessEnv): ((data: Uint8Array) => void) | undefined {
  if (environment[DECODER_TRAP_VARIABLE] !== '1') {
    return undefined;
  }
  return (data) => {
    if (Buffer.from(data.buffer, data.byteOffset, data.length).includes(DECODER_TRAP_UUID)) {
      process.abort();
    }
  };
}
