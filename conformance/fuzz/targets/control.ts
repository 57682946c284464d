import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SIP_WORDS } from '#conformance/fuzz/sip-words.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { encodeFrame, FrameError, FrameReader, writeFrame } from '#signaling/sip/edge/control/frame.ts';
import { readPayload, writeLeader } from '#signaling/sip/edge/control/payload.ts';
import { CommandRefused } from '#signaling/sip/edge/core/application.ts';
import { readApplicationMessage } from '#signaling/sip/edge/core/application-message.ts';
import { composeOutside } from '#signaling/sip/edge/core/compose-request.ts';
import { readTimeout } from '#signaling/sip/edge/core/proxy/stateful-proxy.ts';
import { Identifiers } from '#signaling/sip/edge/message/identifiers.ts';
import { MAX_MESSAGE_BYTES } from '#signaling/sip/edge/message/limits.ts';
import { parseMessage } from '#signaling/sip/edge/message/parser.ts';
import { serializeMessage } from '#signaling/sip/edge/message/serializer.ts';
import type { Flow } from '#signaling/sip/edge/transport/transport.ts';

const CAPTURES = new URL('../../../signaling/sip/edge/vectors/drachtio-captures.txt', import.meta.url);
const LOCAL = { address: '192.0.2.1', port: 5060 };

/** Commands of an input that are carried out: refusals take long to make. */
const MOST_COMMANDS = 20;

/** A way out that leads nowhere. */
function flow(protocol: Flow['protocol']): Flow {
  const self: Flow = {
    protocol,
    reliable: protocol === 'tcp',
    local: LOCAL,
    sentBy: LOCAL,
    remote: { address: '192.0.2.7', port: 5060 },
    open: true,
    send: () => undefined,
    towards: () => self,
  };
  return self;
}

const FLOWS = [flow('udp'), flow('tcp')];

/** The same frames come however the stream is cut; a command becomes a request that can be read, or is refused in words. */
export const target: FuzzTarget = {
  title: "drachtio's control protocol: frames, leaders and the SIP in commands",
  maximumLength: 110_000,
  seeds: () => {
    const frames = readFileSync(CAPTURES, 'utf8')
      .split('\n')
      .filter((line) => /^[CS]: .*#/.test(line))
      .map((line) => line.slice(line.indexOf('#') + 1).replaceAll('\\r\\n', '\r\n'))
      .map((payload) => encodeFrame(Buffer.from(payload)));
    return frames.map((frame, index) => Buffer.concat([frame, frames[index + 1] ?? frame]));
  },
  dictionary: [
    ...SIP_WORDS,
    ...[
      '#',
      '|',
      '99999#',
      '0#',
      '5#a|sip',
      '|sip|',
      '|proxy|',
      '|route|invite',
      '|authenticate|',
      '|ping',
      '2000ms',
      '|simultaneous|',
    ],
    ...['From: <sip:a@localhost>', 'Contact: sip:localhost', 'Content-Type: text/plain', 'v=0'],
  ],
  examine(input) {
    const payloads = read([input]);
    const cut = Math.floor(((input[input.length - 1] ?? 0) / 256) * input.length);
    const inPieces = read([input.subarray(0, cut), input.subarray(cut)]);
    // A stream that turns out to be none yields what came whole before, as far as it was cut.
    if (payloads !== undefined && inPieces !== undefined) assert.deepEqual(inPieces.map(String), payloads.map(String));
    assert.equal(payloads === undefined, inPieces === undefined);
    for (const payload of payloads?.slice(0, MOST_COMMANDS) ?? []) command(payload);
    command(input);
  },
};

/** What a reader makes of a stream; undefined where it is none. */
function read(pieces: readonly Buffer[]): Buffer[] | undefined {
  const reader = new FrameReader();
  try {
    return pieces.flatMap((piece) => reader.push(piece));
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

function command(payload: Buffer): void {
  const { fields, text } = readPayload(payload);
  const frame = writeFrame(writeLeader(fields), text);
  const [again] = frame.length < 99_999 ? (read([frame]) ?? []) : [];
  if (again !== undefined)
    assert.deepEqual(
      readPayload(again).fields,
      fields.map((field) => field.replaceAll('\n', ' ')),
    );
  for (const field of fields) readTimeout(field);
  for (const way of FLOWS) compose(text, way);
}

/** The request that a command asks for: refused in words, or one that can be read. */
function compose(text: Buffer, way: Flow): void {
  try {
    const message = readApplicationMessage(text);
    if (message.kind === 'response') return;
    const request = composeOutside(message, way, new Identifiers((size) => new Uint8Array(size)));
    const written = serializeMessage(request);
    if (written.length > MAX_MESSAGE_BYTES) return;
    const sent = parseMessage(written, 'content-length');
    assert.ok('message' in sent, 'what is sent is SIP');
    assert.ok(sent.message.body.equals(message.body));
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
  }
}
