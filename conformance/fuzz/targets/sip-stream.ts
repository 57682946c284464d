import assert from 'node:assert/strict';
import { seedMessages } from '#conformance/abuse/seed-messages.ts';
import { SIP_WORDS } from '#conformance/fuzz/sip-words.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { MAX_MESSAGE_BYTES } from '#signaling/sip/edge/message/limits.ts';
import { parseMessage } from '#signaling/sip/edge/message/parser.ts';
import { type StreamEvent, StreamFraming } from '#signaling/sip/edge/transport/stream-framing.ts';

const ENDS = { from: { address: '192.0.2.7', port: 5062 }, to: { address: '192.0.2.1', port: 5060 } };

/** The same messages come however the connection cuts them, none longer than is allowed. */
export const target: FuzzTarget = {
  title: 'SIP on a TCP connection: where messages end',
  maximumLength: 2 * MAX_MESSAGE_BYTES,
  seeds: () => {
    const messages = seedMessages(ENDS).filter(({ length }) => length > 0);
    return messages.map((message, index) =>
      Buffer.concat([message, Buffer.from('\r\n\r\n'), messages[index + 1] ?? message]),
    );
  },
  dictionary: SIP_WORDS,
  examine(input) {
    const events = new StreamFraming().push(input);
    let octets = 0;
    for (const event of events) {
      if (event.kind === 'ping') continue;
      octets += event.bytes.length;
      assert.ok(event.bytes.length <= MAX_MESSAGE_BYTES);
      if (event.kind === 'message') parseMessage(event.bytes, 'content-length');
    }
    assert.ok(octets <= input.length);
    assert.ok(events.filter(({ kind }) => kind === 'ping').length <= input.length / 2);
    // However the line cuts it, the same comes out.
    const cut = Math.floor(((input[0] ?? 0) / 256) * input.length);
    const framing = new StreamFraming();
    const inPieces = [input.subarray(0, cut), input.subarray(cut)].flatMap((piece) => framing.push(piece));
    assert.deepEqual(inPieces.map(comparable), events.map(comparable));
  },
};

/** What a connection does about an event; how much was there of what cannot be framed depends on the cut. */
function comparable(event: StreamEvent): string {
  return event.kind === 'message' ? `message ${event.bytes.toString('latin1')}` : event.kind;
}
