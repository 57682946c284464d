import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCompound } from '#codecs/rtcp/packet.ts';
import { CallTrace } from './call-trace.ts';
import { answer, BEGIN, figuresOf, invite, WAY } from './example-traces.ts';
import { ladder } from './ladder.ts';

const REMOTE = { address: '192.0.2.7', port: 4003 };
/** A datagram as it comes from the engine. */
const octets = (packets: Parameters<typeof writeCompound>[0]) => Uint8Array.from(writeCompound(packets));
const text = (bytes: Buffer) => bytes.toString('latin1');

function example(): CallTrace {
  const trace = new CallTrace('call', 512_000, BEGIN);
  trace.facts = { protocol: 'sip', direction: 'inbound', class: '1001', remote: 'room@192.0.2.7' };
  trace.sipCallIds.add('a');
  const sip = (at: number, direction: 'in' | 'out', bytes: Buffer) =>
    trace.push({ kind: 'sip', at: BEGIN + at, direction, ...WAY, text: text(bytes) });
  sip(0, 'in', invite('a', [], 'v=0\r\n'));
  sip(500, 'in', invite('a', [], 'v=0\r\n'));
  trace.push({ kind: 'note', at: BEGIN + 501, words: 'media ports 20000, 20002 of ours' });
  sip(502, 'out', answer('a', '200 OK'));
  const pli = octets([{ type: 'pli', senderSsrc: 1, mediaSsrc: 2 }]);
  const report = octets([{ type: 'receiver-report', ssrc: 1, reports: [] }]);
  const rtcp = { kind: 'rtcp', media: 'video', localPort: 20_003, remote: REMOTE } as const;
  trace.pushMedia(
    [
      { ...rtcp, at: BEGIN + 600, direction: 'in', bytes: report },
      { ...rtcp, at: BEGIN + 700, direction: 'in', bytes: report },
      { ...rtcp, at: BEGIN + 710, direction: 'in', bytes: pli },
      { kind: 'key-frame', at: BEGIN + 710, step: 'wanted', way: 'pli' },
      { kind: 'key-frame', at: BEGIN + 750, step: 'given', waited: 40.2 },
      { ...rtcp, at: BEGIN + 800, direction: 'out', bytes: report },
    ],
    2,
  );
  for (const [second, packets] of [25, 50, 75, 75].entries()) {
    trace.pushFigures(BEGIN + 1000 + 1000 * second, figuresOf(packets));
  }
  trace.endedAt = BEGIN + 5000;
  trace.reason = 'media-timeout';
  return trace;
}

test('a ladder has a line for each message, decision, request and change, and nothing else', () => {
  assert.equal(
    ladder(example()),
    `call call
sip inbound, room@192.0.2.7, class 1001
began 2023-11-14T22:13:20.000Z, ended after 5.000 s: media-timeout
Call-ID a

            room        edge        gateway     engine
    +0.000  |---------->|           |           |  INVITE sip:1001@192.0.2.1  [SDP, udp 192.0.2.7:5062]
    +0.500  |---------->|           |           |  INVITE sip:1001@192.0.2.1  [SDP, repeated, udp 192.0.2.7:5062]
    +0.501  |           |           *           |  media ports 20000, 20002 of ours
    +0.502  |<----------|           |           |  200 OK (INVITE)  [udp 192.0.2.7:5062]
    +0.600  |==================================>|  RTCP video: RR 00000001
    +0.710  |==================================>|  RTCP video: PLI 00000002
    +0.710  |           |           |           *  the peer asks for a key frame by PLI
    +0.750  |           |           |           *  key frame sent to the peer after 40 ms
    +0.800  |<==================================|  RTCP video: RR 00000001
    +1.000  |           |           |           *  sound in 0 kbit/s lost 0, out 0 kbit/s; picture in 200 kbit/s lost 0, decoded 25.0/s 640x360, out 200 kbit/s
    +4.000  |           |           |           *  sound in 0 kbit/s lost 0, out 0 kbit/s; picture in 0 kbit/s lost 0, decoded 0.0/s 640x360, out 0 kbit/s

left out for want of room: 0 messages and decisions, 2 of RTCP and key frames
`,
  );
});

test('octets that strangers send cannot move a terminal’s cursor', () => {
  const trace = new CallTrace('invite-1', 512_000, BEGIN);
  const hostile = 'INVITE sip:\x1b[2J\u202e\x07@x SIP/2.0\r\nCall-ID: a\r\n\r\n';
  trace.push({ kind: 'sip', at: BEGIN, direction: 'in', ...WAY, text: Buffer.from(hostile).toString('latin1') });
  const shown = ladder(trace);
  assert.match(shown, /INVITE sip:\?\[2J\?\?@x/);
  assert.match(shown, /never became a call/);
  assert.ok(!/[\p{Cc}\p{Cf}]/u.test(shown.replaceAll('\n', '')));
});
