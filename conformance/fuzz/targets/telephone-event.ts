import assert from 'node:assert/strict';
import {
  parseTelephoneEvent,
  TelephoneEventReader,
  telephoneEventPackets,
} from '#codecs/rtp/payload/telephone-event.ts';
import { readSequence, writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const DIGITS = '0123456789*#ABCD';

/** A digit counts once however often it is repeated, and is heard after whatever came before. */
export const target: FuzzTarget = {
  title: 'DTMF digits as telephone events',
  maximumLength: 2000,
  seeds: () =>
    [...DIGITS].map((digit, index) =>
      writeSequence(telephoneEventPackets(digit).map((packet) => ({ ...packet, timestamp: index % 3 }))),
    ),
  dictionary: ['0000040a0a00a0', '000004058a0500', '010004058a0500', '07000401ffffff', '000004ff000000'].map((octets) =>
    Buffer.from(octets, 'hex'),
  ),
  examine(input) {
    const reader = new TelephoneEventReader();
    let heard = 0;
    const packets = readSequence(input);
    for (const { packet } of packets) {
      const event = parseTelephoneEvent(packet.payload);
      const digit = reader.push(packet);
      if (digit === undefined) continue;
      heard += 1;
      assert.equal(digit, DIGITS[event?.event ?? -1]);
      // Its repetitions say nothing new.
      assert.equal(reader.push(packet), undefined);
    }
    assert.ok(heard <= packets.length);
    const [first] = packets;
    if (first !== undefined) whole(DIGITS[(first.packet.payload[0] ?? 0) & 0x0f] ?? '0', reader, input.length);
  },
};

/** A digit that is sent after whatever came before is heard once. */
function whole(digit: string, reader: TelephoneEventReader, salt: number): void {
  const fresh = salt % 2 === 0 ? new TelephoneEventReader() : reader;
  const packets = telephoneEventPackets(digit, { duration: 40 + (salt % 200) });
  const said = packets.map(({ payload, marker }) => ({ payload, marker, payloadType: 101, timestamp: 0x7f00_0000 }));
  const heard = said.flatMap((packet, index) => fresh.push({ ...packet, sequenceNumber: index, ssrc: 1 }) ?? []);
  assert.ok(heard.length <= 1);
  if (fresh !== reader) assert.deepEqual(heard, [digit]);
}
