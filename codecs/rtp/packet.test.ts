import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRtcp, parseRtpPacket, writeRtpPacket } from './packet.ts';

const HEADER = Buffer.from('80e0fffefffffff8deadbeef', 'hex');

describe('parseRtpPacket', () => {
  it('reads the fixed header', () => {
    const packet = parseRtpPacket(Buffer.concat([HEADER, Buffer.from('payload')]));
    assert.ok(packet);
    assert.equal(packet.payloadType, 96);
    assert.equal(packet.marker, true);
    assert.equal(packet.sequenceNumber, 0xfffe);
    assert.equal(packet.timestamp, 0xfffffff8);
    assert.equal(packet.ssrc, 0xdeadbeef);
    assert.equal(Buffer.from(packet.payload).toString(), 'payload');
  });

  it('steps over CSRC list, header extension and padding', () => {
    const data = Buffer.concat([
      HEADER,
      Buffer.from('0000000100000002', 'hex'),
      Buffer.from('bede0001aabbccdd', 'hex'),
      Buffer.from('0102', 'hex'),
      Buffer.from('000003', 'hex'),
    ]);
    data[0] = 0x80 | 0x20 | 0x10 | 2;
    assert.deepEqual(parseRtpPacket(data)?.payload, Buffer.from('0102', 'hex'));
  });

  it('takes a packet of nothing but padding', () => {
    const data = Buffer.concat([HEADER, Buffer.from('00000004', 'hex')]);
    data[0] = 0xa0;
    assert.equal(parseRtpPacket(data)?.payload.length, 0);
  });

  const malformed: Record<string, [first: number, rest: string]> = {
    'another version': [0x40, '00'],
    'a CSRC list longer than the packet': [0x8f, '00'],
    'an extension header that is cut': [0x90, 'bede'],
    'an extension longer than the packet': [0x90, 'bede000100'],
    'padding of zero octets': [0xa0, '0000'],
    'padding longer than the payload': [0xa0, '0003'],
    'padding announced without an octet for it': [0xa0, ''],
  };
  for (const [name, [first, rest]] of Object.entries(malformed)) {
    it(`refuses ${name}`, () => {
      const data = Buffer.concat([HEADER, Buffer.from(rest, 'hex')]);
      data[0] = first;
      assert.equal(parseRtpPacket(data), undefined);
    });
  }

  it('refuses less than a header', () => {
    assert.equal(parseRtpPacket(HEADER.subarray(0, 11)), undefined);
    assert.equal(parseRtpPacket(Buffer.alloc(0)), undefined);
  });

  it('copies nothing', () => {
    const data = Buffer.concat([HEADER, Buffer.from([1])]);
    const packet = parseRtpPacket(data);
    data[12] = 7;
    assert.equal(packet?.payload[0], 7);
  });

  it('never throws and never reaches outside the datagram', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const packet = parseRtpPacket(bytes);
        if (packet) assert.ok(packet.payload.length <= bytes.length - 12);
      }),
    );
  });
});

describe('writeRtpPacket', () => {
  it('writes what is read back', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            payloadType: fc.integer({ min: 0, max: 127 }),
            marker: fc.boolean(),
            sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
            timestamp: fc.integer({ min: 0, max: 0xffffffff }),
            ssrc: fc.integer({ min: 0, max: 0xffffffff }),
            payload: fc.uint8Array({ maxLength: 1400 }).map((bytes) => Buffer.from(bytes)),
          },
          { noNullPrototype: true },
        ),
        (packet) => assert.deepEqual(parseRtpPacket(writeRtpPacket(packet)), packet),
      ),
    );
  });

  it('wraps extended counters and refuses an impossible payload type', () => {
    const packet = {
      payloadType: 96,
      marker: false,
      sequenceNumber: 65538,
      timestamp: 2 ** 32 + 5,
      ssrc: 1,
      payload: HEADER,
    };
    const read = parseRtpPacket(writeRtpPacket(packet));
    assert.equal(read?.sequenceNumber, 2);
    assert.equal(read?.timestamp, 5);
    assert.throws(() => writeRtpPacket({ ...packet, payloadType: 128 }), RangeError);
  });
});

describe('isRtcp', () => {
  it('tells RTCP packet types from RTP payload types on one port', () => {
    for (const type of [192, 200, 201, 202, 203, 204, 205, 206, 207, 223]) {
      assert.ok(isRtcp(Buffer.from([0x80, type, 0, 0])), String(type));
    }
    for (const type of [0, 8, 96, 127, 128, 191, 224, 255]) {
      assert.ok(!isRtcp(Buffer.from([0x80, type, 0, 0])), String(type));
    }
  });

  it('is not fooled by STUN, DTLS or a cut packet', () => {
    assert.ok(!isRtcp(Buffer.from([0x00, 0xc8, 0, 0])));
    assert.ok(!isRtcp(Buffer.from([0x16, 0xfe, 0xfd, 0])));
    assert.ok(!isRtcp(Buffer.from([0x80, 200, 0])));
  });
});
