import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRtcp, type RtcpPacket, type WritableRtcpPacket, writeCompound } from './packet.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const only = (data: Uint8Array): RtcpPacket => {
  const packets = parseRtcp(data);
  assert.equal(packets?.length, 1);
  const [packet] = packets;
  assert.ok(packet);
  return packet;
};

/** Each packet in the octets that its RFC draws. */
const SPELLINGS: [name: string, octets: string, packet: WritableRtcpPacket][] = [
  [
    'a sender report with a block',
    '81c8000c 11111111 e0000001 80000000 000003e8 00000005 000004d2 22222222 40fffffe 00010005 00000019 00018000 00008000',
    {
      type: 'sender-report',
      ssrc: 0x11111111,
      ntp: { seconds: 0xe0000001, fraction: 0x80000000 },
      rtpTimestamp: 1000,
      packetCount: 5,
      octetCount: 1234,
      reports: [
        {
          ssrc: 0x22222222,
          fractionLost: 64,
          cumulativeLost: -2,
          extendedHighestSequenceNumber: 0x10005,
          jitter: 25,
          lastSenderReport: 0x18000,
          delaySinceLastSenderReport: 0x8000,
        },
      ],
    },
  ],
  ['an empty receiver report', '80c90001 11111111', { type: 'receiver-report', ssrc: 0x11111111, reports: [] }],
  [
    'a source description whose name ends on the word',
    '81ca0003 11111111 01026162 00000000',
    { type: 'source-description', chunks: [{ ssrc: 0x11111111, cname: 'ab' }] },
  ],
  [
    'a source description with two chunks',
    '82ca0005 11111111 01036162 63000000 22222222 00000000',
    { type: 'source-description', chunks: [{ ssrc: 0x11111111, cname: 'abc' }, { ssrc: 0x22222222 }] },
  ],
  ['a goodbye', '82cb0002 11111111 22222222', { type: 'goodbye', ssrcs: [0x11111111, 0x22222222] }],
  [
    'a NACK across the wrap',
    '81cd0004 11111111 22222222 ffff8001 00140000',
    { type: 'nack', senderSsrc: 0x11111111, mediaSsrc: 0x22222222, sequenceNumbers: [0xffff, 0, 15, 20] },
  ],
  [
    'a TMMBR of 512 kbit/s',
    '83cd0004 11111111 00000000 22222222 0bE80028',
    { type: 'tmmbr', senderSsrc: 0x11111111, entries: [{ ssrc: 0x22222222, bitRate: 512_000, overhead: 40 }] },
  ],
  ['an empty TMMBN', '84cd0002 11111111 00000000', { type: 'tmmbn', senderSsrc: 0x11111111, entries: [] }],
  ['a PLI', '81ce0002 11111111 22222222', { type: 'pli', senderSsrc: 0x11111111, mediaSsrc: 0x22222222 }],
  [
    'a FIR',
    '84ce0004 11111111 00000000 22222222 07000000',
    { type: 'fir', senderSsrc: 0x11111111, entries: [{ ssrc: 0x22222222, sequenceNumber: 7 }] },
  ],
  [
    'a REMB',
    '8fce0005 11111111 00000000 52454d42 0107d090 22222222',
    { type: 'remb', senderSsrc: 0x11111111, bitRate: 500_000, ssrcs: [0x22222222] },
  ],
];

describe('RTCP packets', () => {
  for (const [name, octets, packet] of SPELLINGS) {
    it(`reads ${name}`, () => assert.deepEqual(only(hex(octets)), packet));
    it(`writes ${name}`, () => assert.equal(writeCompound([packet]).toString('hex'), hex(octets).toString('hex')));
  }

  it('reads a compound in order, and writes the same', () => {
    const octets = hex(SPELLINGS.map(([, text]) => text).join(''));
    const packets = SPELLINGS.map(([, , packet]) => packet);
    assert.deepEqual(parseRtcp(octets), packets);
    assert.deepEqual(writeCompound(packets), octets);
  });
});

describe('parseRtcp', () => {
  it('takes padding off the last packet', () => {
    assert.deepEqual(only(hex('a1cb0002 11111111 00000004')), { type: 'goodbye', ssrcs: [0x11111111] });
  });

  it('does not mind a reason for leaving or a profile-specific extension', () => {
    assert.deepEqual(only(hex('81cb0002 11111111 03627965')), { type: 'goodbye', ssrcs: [0x11111111] });
    assert.equal(only(hex('80c90002 11111111 abcdabcd')).type, 'receiver-report');
  });

  it('reads past source description items that are of no use', () => {
    const packet = only(hex('81ca0005 11111111 06047465 7374 0801 78 0102 6162 000000'));
    assert.deepEqual(packet, { type: 'source-description', chunks: [{ ssrc: 0x11111111, cname: 'ab' }] });
  });

  it('keeps transport-wide feedback as it is', () => {
    const packet = only(hex('8fcd0004 11111111 22222222 00010001 00000100'));
    assert.deepEqual(packet, {
      type: 'transport-cc',
      senderSsrc: 0x11111111,
      mediaSsrc: 0x22222222,
      feedback: hex('00010001 00000100'),
    });
  });

  it('takes a FIR that names its source in the header alone', () => {
    assert.deepEqual(only(hex('84ce0002 11111111 22222222')), {
      type: 'fir',
      senderSsrc: 0x11111111,
      entries: [{ ssrc: 0x22222222, sequenceNumber: 0 }],
    });
  });

  const unknown: Record<string, string> = {
    'an APP packet': '80cc0002 11111111 61626364',
    'a report with fewer blocks than it says': '81c90001 11111111',
    'a sender report without sender information': '80c80001 11111111',
    'a source description that never ends': '81ca0002 11111111 01026162',
    'a source description item beyond the end': '81ca0002 11111111 01ff6162',
    'a goodbye with fewer sources than it says': '82cb0001 11111111',
    'feedback without its sources': '81ce0001 11111111',
    'feedback of an unknown format': '9ece0002 11111111 22222222',
    'a REMB with fewer sources than it says': '8fce0004 11111111 00000000 52454d42 0207d000',
    'application layer feedback that is no REMB': '8fce0004 11111111 00000000 41424344 0007d000',
  };
  for (const [name, octets] of Object.entries(unknown)) {
    it(`keeps the rest beside ${name}`, () => {
      const packets = parseRtcp(Buffer.concat([hex(octets), hex('81ce0002 11111111 22222222')]));
      assert.deepEqual(
        packets?.map(({ type }) => type),
        ['unknown', 'pli'],
      );
    });
  }

  const refused: Record<string, string> = {
    nothing: '',
    'less than a header': '80c900',
    'another version': '40c90001 11111111',
    'a length beyond the datagram': '80c90002 11111111',
    'octets behind the last packet': '80c90001 11111111 80',
    'padding before the last packet': 'a0c90002 11111111 00000004 80c90001 11111111',
    'padding of nothing': 'a0c90002 11111111 00000000',
    'padding that is no multiple of four': 'a0c90002 11111111 00000003',
    'padding longer than the packet': 'a0c90002 11111111 0000000c',
    'padding without an octet for it': 'a0c90000',
  };
  for (const [name, octets] of Object.entries(refused)) {
    it(`refuses ${name}`, () => assert.equal(parseRtcp(hex(octets)), undefined));
  }

  it('reads the largest bit rates that can be said as finite numbers', () => {
    // TMMBR of RFC 5104 §4.2.1 and REMB, exponents and mantissas all ones.
    const [tmmbr] = parseRtcp(hex('83cd0004 00000001 00000000 00000002 ffffffff')) ?? [];
    assert.ok(tmmbr?.type === 'tmmbr' && tmmbr.entries[0]?.bitRate === 0x1ffff * 2 ** 63);
    const [remb] = parseRtcp(hex('8fce0005 00000001 00000000 52454d42 01ffffff 00000002')) ?? [];
    assert.ok(remb?.type === 'remb' && remb.bitRate === 0x3ffff * 2 ** 63);
  });

  it('bounds what a NACK can name', () => {
    const body = Buffer.alloc(8 + 4 * 10_000, 0xff);
    const header = hex('81cd0000');
    header.writeUInt16BE(body.length / 4, 2);
    const packet = only(Buffer.concat([header, body]));
    assert.ok(packet.type === 'nack');
    assert.equal(packet.sequenceNumbers.length, 256 * 17);
  });

  it('never throws on arbitrary octets, behind a right header neither', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.integer({ min: 200, max: 207 }),
        fc.integer({ min: 0, max: 63 }),
        (bytes, packetType, count) => {
          parseRtcp(bytes);
          const body = bytes.subarray(0, bytes.length & ~3);
          const header = Buffer.from([0x80 | count, packetType, 0, body.length / 4]);
          parseRtcp(Buffer.concat([header, body]));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('writeCompound', () => {
  const uint32 = fc.integer({ min: 0, max: 0xffffffff });
  const exact = (mantissaBits: number) =>
    fc
      .tuple(fc.nat({ max: 2 ** mantissaBits - 1 }), fc.nat({ max: 20 }))
      .map(([mantissa, exponent]) => mantissa * 2 ** exponent);
  const block = fc.record(
    {
      ssrc: uint32,
      fractionLost: fc.nat({ max: 255 }),
      cumulativeLost: fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }),
      extendedHighestSequenceNumber: uint32,
      jitter: uint32,
      lastSenderReport: uint32,
      delaySinceLastSenderReport: uint32,
    },
    { noNullPrototype: true },
  );
  const limits = fc.array(
    fc.record({ ssrc: uint32, bitRate: exact(17), overhead: fc.nat({ max: 511 }) }, { noNullPrototype: true }),
    { maxLength: 10 },
  );
  const packet: fc.Arbitrary<WritableRtcpPacket> = fc.oneof(
    fc.record(
      {
        type: fc.constant('sender-report' as const),
        ssrc: uint32,
        ntp: fc.record({ seconds: uint32, fraction: uint32 }, { noNullPrototype: true }),
        rtpTimestamp: uint32,
        packetCount: uint32,
        octetCount: uint32,
        reports: fc.array(block, { maxLength: 31 }),
      },
      { noNullPrototype: true },
    ),
    fc.array(block, { maxLength: 31 }).map((reports) => ({ type: 'receiver-report' as const, ssrc: 1, reports })),
    fc.array(fc.tuple(uint32, fc.string({ maxLength: 60, unit: 'grapheme' })), { maxLength: 31 }).map((chunks) => ({
      type: 'source-description' as const,
      chunks: chunks.map(([ssrc, cname]) => ({ ssrc, cname })),
    })),
    fc.array(uint32, { maxLength: 31 }).map((ssrcs) => ({ type: 'goodbye' as const, ssrcs })),
    limits.map((entries) => ({ type: 'tmmbr' as const, senderSsrc: 1, entries })),
    limits.map((entries) => ({ type: 'tmmbn' as const, senderSsrc: 1, entries })),
    fc.tuple(uint32, uint32).map(([senderSsrc, mediaSsrc]) => ({ type: 'pli' as const, senderSsrc, mediaSsrc })),
    fc.array(fc.tuple(uint32, fc.nat({ max: 255 })), { minLength: 1, maxLength: 10 }).map((entries) => ({
      type: 'fir' as const,
      senderSsrc: 1,
      entries: entries.map(([ssrc, sequenceNumber]) => ({ ssrc, sequenceNumber })),
    })),
    fc
      .tuple(exact(18), fc.array(uint32, { maxLength: 20 }))
      .map(([bitRate, ssrcs]) => ({ type: 'remb' as const, senderSsrc: 1, bitRate, ssrcs })),
  );

  it('writes what is read back', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), (packets) =>
        assert.deepEqual(parseRtcp(writeCompound(packets)), packets),
      ),
    );
  });

  it('names every packet of a NACK exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65535 }),
        fc.array(fc.nat({ max: 2000 }), { maxLength: 100 }),
        (start, steps) => {
          const sequenceNumbers = steps.map((step) => (start + step) & 0xffff);
          const read = only(writeCompound([{ type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers }]));
          assert.ok(read.type === 'nack');
          assert.equal(new Set(read.sequenceNumbers).size, read.sequenceNumbers.length);
          assert.deepEqual(new Set(read.sequenceNumbers), new Set(sequenceNumbers));
        },
      ),
    );
  });

  it('never asks for more than was meant, and for nearly all of it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (bitRate) => {
        const packets: WritableRtcpPacket[] = [
          { type: 'tmmbr', senderSsrc: 1, entries: [{ ssrc: 2, bitRate, overhead: 0 }] },
          { type: 'remb', senderSsrc: 1, bitRate, ssrcs: [2] },
        ];
        for (const read of parseRtcp(writeCompound(packets)) ?? []) {
          const written =
            read.type === 'remb' ? read.bitRate : read.type === 'tmmbr' ? read.entries[0]?.bitRate : undefined;
          assert.ok(written !== undefined && written <= bitRate && written >= bitRate * (1 - 2 ** -16), `${written}`);
        }
      }),
    );
  });

  it('refuses what its fields cannot count', () => {
    assert.throws(() => writeCompound([{ type: 'goodbye', ssrcs: new Array<number>(32).fill(1) }]), RangeError);
    assert.throws(
      () => writeCompound([{ type: 'source-description', chunks: [{ ssrc: 1, cname: 'x'.repeat(256) }] }]),
      RangeError,
    );
    assert.throws(
      () => writeCompound([{ type: 'remb', senderSsrc: 1, bitRate: 1, ssrcs: new Array<number>(256).fill(1) }]),
      RangeError,
    );
  });
});
