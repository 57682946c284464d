import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RtpPacket } from '../packet.ts';
import { parseTelephoneEvent, TelephoneEventReader, telephoneEventPackets } from './telephone-event.ts';

const DIGITS = '0123456789*#ABCD';

function packetsOf(digit: string, timestamp: number): RtpPacket[] {
  return telephoneEventPackets(digit).map(({ payload, marker }) => ({
    payloadType: 101,
    marker,
    sequenceNumber: 0,
    timestamp: timestamp >>> 0,
    ssrc: 1,
    payload,
  }));
}

function read(packets: RtpPacket[], reader = new TelephoneEventReader()): string {
  return packets.map((packet) => reader.push(packet) ?? '').join('');
}

describe('telephoneEventPackets', () => {
  it('grows the duration and ends three times', () => {
    const packets = telephoneEventPackets('5', { duration: 60 });
    assert.deepEqual(
      packets.map(({ payload, marker, offset }) => [payload.toString('hex'), marker, offset]),
      [
        ['050a00a0', true, 0],
        ['050a0140', false, 20],
        ['058a01e0', false, 40],
        ['058a01e0', false, 60],
        ['058a01e0', false, 80],
      ],
    );
  });

  it('refuses what is no digit', () => {
    for (const digit of ['', 'E', '12', ' ']) assert.throws(() => telephoneEventPackets(digit), RangeError);
    assert.throws(() => telephoneEventPackets('1', { duration: 0 }), RangeError);
    assert.throws(() => telephoneEventPackets('1', { duration: 9000 }), RangeError);
    assert.equal(parseTelephoneEvent(telephoneEventPackets('d')[0]?.payload ?? Buffer.alloc(0))?.event, 15);
  });
});

describe('TelephoneEventReader', () => {
  it('hears each digit once, whichever packets of it come', () => {
    const digit = fc.record({
      digit: fc.constantFrom(...DIGITS),
      kept: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }),
      repeated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(digit, { maxLength: 12 }), fc.integer({ min: 0, max: 0xffffffff }), (digits, start) => {
        const packets = digits.flatMap(({ digit, kept, repeated }, index) => {
          const all = packetsOf(digit, start + index * 2000);
          const some = kept.flatMap((place) => all[place] ?? []);
          return repeated ? some.flatMap((packet) => [packet, packet]) : some;
        });
        assert.equal(read(packets), digits.map(({ digit }) => digit).join(''));
      }),
    );
  });

  it('does not mind markers that are missing or on every packet', () => {
    const packets = [...packetsOf('1', 1000), ...packetsOf('1', 4000)];
    assert.equal(read(packets.map((packet) => ({ ...packet, marker: false }))), '11');
    assert.equal(read(packets.map((packet) => ({ ...packet, marker: true }))), '11');
  });

  it('does not hear a digit again when an old end comes late', () => {
    const one = packetsOf('1', 1000);
    const [late] = one.slice(-1);
    assert.ok(late);
    assert.equal(read([...one, ...packetsOf('2', 3000), late]), '12');
  });

  it('goes on after the sender began a new time base', () => {
    assert.equal(read([...packetsOf('1', 900_000), ...packetsOf('2', 100)]), '12');
  });

  it('takes the segments of one long press for one digit', () => {
    const segment = (timestamp: number, duration: number, end: boolean): RtpPacket => {
      const payload = Buffer.from([7, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff]);
      return { payloadType: 101, marker: false, sequenceNumber: 0, timestamp, ssrc: 1, payload };
    };
    assert.equal(read([segment(0, 400, false), segment(0, 0xffff, false), segment(0xffff, 800, true)]), '7');
    assert.equal(read([segment(0, 400, true), segment(0xffff, 800, true)]), '77');
  });

  it('hears nothing in events that are not DTMF and in cut payloads', () => {
    const packet = { payloadType: 101, marker: true, sequenceNumber: 0, ssrc: 1 };
    assert.equal(read([{ ...packet, timestamp: 1, payload: Buffer.from('108a00a0', 'hex') }]), '');
    assert.equal(read([{ ...packet, timestamp: 2, payload: Buffer.from('058a00', 'hex') }]), '');
  });
});
