import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { capturedContents, captureNames } from '#signaling/h323/captured/captured-messages.ts';
import {
  bearerCapability,
  readCause,
  readDisplay,
  readNumber,
  writeCalledNumber,
  writeCause,
  writeDisplay,
} from '#signaling/h323/q931/elements.ts';
import {
  ELEMENTS,
  MESSAGE_TYPES,
  Q931Error,
  type Q931Message,
  readQ931,
  writeQ931,
} from '#signaling/h323/q931/message.ts';

const MOST_ELEMENTS = 64;
/** What readers of elements hand on, in characters. */
const LONGEST_TEXT = 255;

/** Elements and texts are bounded; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'messages and elements of Q.931',
  maximumLength: 66_000,
  seeds: () => [
    ...captureNames()
      .flatMap(capturedContents)
      .filter(({ protocol }) => protocol === 'q931')
      .map(({ contents }) => contents),
    ...Object.values(MESSAGE_TYPES).map((typeOctet) =>
      writeQ931({
        callReference: 7,
        isFromDestination: true,
        typeOctet,
        elements: [
          bearerCapability(12),
          writeCause({ value: 16, location: 2 }),
          writeDisplay('Räume'),
          { identifier: ELEMENTS.callingPartyNumber, content: Buffer.from('\x01\x800049', 'latin1') },
          writeCalledNumber('22*#'),
        ],
      }),
    ),
    // A call reference of one octet, and a shift of code sets.
    Buffer.from('080187059104020016', 'hex'),
  ],
  dictionary: ['0802', '08020000', '7e0000', '7e000105', '7effff', '2800', '0802008090', '6c0121', '7001a1', 'a0'].map(
    (octets) => Buffer.from(octets, 'hex'),
  ),
  examine(input) {
    const message = read(input);
    if (message === undefined) return;
    assert.ok(message.elements.length <= MOST_ELEMENTS);
    assert.ok(message.callReference >= 0 && message.callReference < 0x8000);
    for (const { content } of message.elements) {
      assert.ok((readDisplay(content) ?? '').length <= Math.max(LONGEST_TEXT, content.length));
      assert.ok((readNumber(content) ?? '').length <= LONGEST_TEXT);
      const cause = readCause(content);
      if (cause !== undefined) assert.deepEqual(readCause(writeCause(cause).content), cause);
    }
    assert.deepEqual(readQ931(writeQ931(message)), message);
  },
};

function read(input: Buffer): Q931Message | undefined {
  try {
    return readQ931(input);
  } catch (error) {
    if (error instanceof Q931Error) return undefined;
    throw error;
  }
}
