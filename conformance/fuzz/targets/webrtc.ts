import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION, serverMessageSchema } from '#signaling/webrtc/protocol.ts';
import { parseRequest } from '#signaling/webrtc/request-message.ts';

const TRANSPORT = {
  id: 't',
  iceParameters: {},
  iceCandidates: [{ ip: '192.0.2.1' }],
  dtlsParameters: { role: 'auto' },
};

const MESSAGES: readonly unknown[] = [
  ...[
    { type: 'join', version: PROTOCOL_VERSION, code: '1001', name: '王老师', reception: 'sources' },
    { type: 'join', version: 99, code: 7 },
    { type: 'ready', rtpCapabilities: { codecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000 }] } },
    { type: 'connect', transport: 't', dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB' }] } },
    { type: 'produce', kind: 'video', rtpParameters: { encodings: [{ ssrc: 1 }] } },
    { type: 'resume', consumer: 'c' },
    { type: 'mute', kind: 'audio', muted: true },
    { type: 'reception', reception: 'mix' },
    { type: 'leave' },
  ].map((request, id) => ({ id, request })),
  {
    id: 1,
    ok: true,
    data: { party: 'p', title: 'Art', routerRtpCapabilities: {}, send: TRANSPORT, receive: TRANSPORT },
  },
  { id: 2, ok: false, fault: 'lesson-full' },
  { notice: { type: 'consumer', consumer: 'c', producer: 'p', kind: 'video', source: 'mix', rtpParameters: {} } },
  { notice: { type: 'parties', parties: [{ id: 'p', name: 'Room', protocol: 'sip', audio: true, video: false }] } },
  { notice: { type: 'restart', routerRtpCapabilities: {}, send: TRANSPORT, receive: TRANSPORT } },
  { notice: { type: 'ended', fault: 'lesson-over' } },
];

/** A message is read, refused with the number of its request, or ignored; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'messages between pages and gateway',
  maximumLength: MAX_MESSAGE_BYTES + 1000,
  seeds: () => MESSAGES.map((message) => Buffer.from(JSON.stringify(message))),
  dictionary: [
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'null',
      'true',
      '1e999',
      '-0',
      '1.5',
      '"__proto__":',
      '"constructor":',
      '\\u0000',
      '\\ud800',
    ],
    ...[
      '"id":',
      '"request":',
      '"type":',
      '"join"',
      '"ready"',
      '"produce"',
      '"version":1',
      '"code":"1001"',
      '"name":"x"',
      '"kind":"audio"',
    ],
  ],
  examine(input) {
    const text = input.toString('utf8');
    const read = parseRequest(text);
    if (read.kind === 'request') {
      const again = parseRequest(JSON.stringify(read.message));
      assert.deepEqual(again, read, 'what was read says the same when it is written');
    } else if (read.kind === 'refused') {
      assert.ok(Number.isSafeInteger(read.id) && read.id >= 0);
    }
    readAsPage(text);
  },
};

/** What a page does with the text. */
function readAsPage(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  serverMessageSchema.safeParse(value);
}
