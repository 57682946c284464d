import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TpktError, TpktReader, writeTpkt } from './tpkt.ts';

test('packets come out whole however the connection cuts them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 50 }),
      (contents, cuts) => {
        const stream = Buffer.concat(contents.map(writeTpkt));
        const reader = new TpktReader();
        const read: Buffer[] = [];
        let at = 0;
        for (let index = 0; at < stream.length; index++) {
          const length = cuts[index % cuts.length] ?? 1;
          read.push(...reader.push(stream.subarray(at, at + length)));
          at += length;
        }
        assert.deepEqual(
          read.map((packet) => packet.toString('hex')),
          contents.map((content) => Buffer.from(content).toString('hex')),
        );
        assert.equal(reader.pending, 0);
      },
    ),
  );
});

test('an empty packet keeps the connection alive and is nothing else', () => {
  assert.deepEqual(new TpktReader().push(Buffer.from('03000004' + '0300000608ff', 'hex')), [
    Buffer.from('08ff', 'hex'),
  ]);
});

test('what is no TPKT is refused at its first octet', () => {
  for (const [name, octets] of Object.entries({
    text: 'GET / HTTP/1.1',
    tls: '\u0016\u0003\u0001',
    'a zero': '\0\0',
  })) {
    assert.throws(() => new TpktReader().push(Buffer.from(octets, 'latin1')), TpktError, name);
  }
});

test('a packet shorter than its header is refused', () => {
  assert.throws(() => new TpktReader().push(Buffer.from('03000003', 'hex')), TpktError);
});

test('contents longer than a packet are refused', () => {
  assert.equal(writeTpkt(Buffer.alloc(0xffff - 4)).length, 0xffff);
  assert.throws(() => writeTpkt(Buffer.alloc(0xffff - 3)), RangeError);
});

test('the longest packet in pieces of one octet comes out whole', () => {
  const packet = writeTpkt(Buffer.alloc(0xffff - 4, 7));
  const reader = new TpktReader();
  const packets = Array.from(packet, (octet) => reader.push(Buffer.from([octet]))).flat();
  assert.deepEqual(packets, [packet.subarray(4)]);
  assert.equal(reader.pending, 0);
});
