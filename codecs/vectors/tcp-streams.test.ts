import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTcpStreams } from './tcp-streams.ts';

const [SYN, DATA] = [0x02, 0x18] as const;

interface Sent {
  readonly sequence: number;
  readonly data?: string;
  readonly flags?: number;
}

/** A capture of raw IPv4 packets from one end to another. */
function captureOf(segments: readonly Sent[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(0xa1b2c3d4, 0);
  header.writeUInt32BE(101, 20);
  const records = segments.map(({ sequence, data = '', flags = DATA }) => {
    const packet = Buffer.alloc(40 + data.length);
    packet.writeUInt8(0x45, 0);
    packet.writeUInt16BE(packet.length, 2);
    packet.writeUInt8(6, 9);
    packet.set([192, 0, 2, 1, 192, 0, 2, 2], 12);
    packet.writeUInt16BE(40_000, 20);
    packet.writeUInt16BE(1720, 22);
    packet.writeUInt32BE(sequence >>> 0, 24);
    packet.writeUInt8(5 << 4, 32);
    packet.writeUInt8(flags, 33);
    packet.write(data, 40, 'latin1');
    const record = Buffer.alloc(16);
    record.writeUInt32BE(packet.length, 8);
    record.writeUInt32BE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  return Buffer.concat([header, ...records]);
}

function textsOf(segments: readonly Sent[]): string[] {
  return readTcpStreams(captureOf(segments)).map(({ chunks }) => Buffer.concat(chunks.map(({ data }) => data)).toString('latin1'));
}

test('what comes again, overlaps or comes early is put in order, also where numbers wrap', () => {
  for (const first of [1, 0xffff_fffe]) {
    const segments = [
      { sequence: first - 1, flags: SYN },
      { sequence: first, data: 'ab' },
      { sequence: first + 4, data: 'efg' },
      { sequence: first, data: 'ab' },
      { sequence: first + 1, data: 'bcde' },
      { sequence: first + 7, data: 'h' },
    ];
    assert.deepEqual(textsOf(segments), ['abcdefgh']);
    const [stream] = readTcpStreams(captureOf(segments));
    assert.deepEqual(stream?.chunks.map(({ frameNumber }) => frameNumber), [2, 5, 5, 6]);
  }
});

test('octets that are missing end a stream; the same ports begin another one', () => {
  assert.deepEqual(textsOf([{ sequence: 0, flags: SYN }, { sequence: 1, data: 'ab' }, { sequence: 4, data: 'e' }]), ['ab']);
  const twice = [
    { sequence: 9, flags: SYN },
    { sequence: 10, data: 'old' },
    { sequence: 9, flags: SYN },
    { sequence: 700, flags: SYN },
    { sequence: 701, data: 'new' },
  ];
  assert.deepEqual(textsOf(twice), ['old', 'new']);
});

test('segments of any cut in any order make the same stream', () => {
  const cuts = fc.array(fc.record({ at: fc.nat(30), length: fc.integer({ min: 1, max: 12 }) }), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, fc.integer({ min: 0, max: 0xffff_ffff }), (pieces, first) => {
      const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH';
      const all = [...pieces, ...Array.from({ length: 11 }, (_, index) => ({ at: 4 * index, length: 4 }))];
      const segments = all.map(({ at, length }) => ({ sequence: first + 1 + at, data: text.slice(at, at + length) }));
      assert.deepEqual(textsOf([{ sequence: first, flags: SYN }, ...segments]), [text]);
    }),
  );
});
