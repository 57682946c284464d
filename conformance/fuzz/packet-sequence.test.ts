import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSequence, writeSequence } from './packet-sequence.ts';

test('packets that were written are read, with the marker and the change of the timestamp', () => {
  const packets = [
    { marker: false, timestamp: 7, payload: Buffer.from('one') },
    { marker: true, timestamp: 7, payload: Buffer.from('two') },
    { marker: true, timestamp: 8, payload: Buffer.alloc(0) },
  ];
  const read = readSequence(writeSequence(packets)).map(({ packet }) => packet);
  assert.deepEqual(
    read.map(({ marker, payload }) => [marker, String(payload)]),
    [
      [false, 'one'],
      [true, 'two'],
      [true, ''],
    ],
  );
  assert.equal(read[0]?.timestamp, read[1]?.timestamp);
  assert.notEqual(read[1]?.timestamp, read[2]?.timestamp);
});

test('losses leave gaps in the sequence numbers, and what is cut ends the sequence', () => {
  const read = readSequence(Buffer.from('2000016160000162000009', 'hex').subarray(0, 11));
  assert.deepEqual(
    read.map(({ lostBefore, packet }) => [lostBefore, String(packet.payload)]),
    [
      [1, 'a'],
      [100, 'b'],
      [0, ''],
    ],
  );
  const [first, second] = read;
  assert.equal(((second?.packet.sequenceNumber ?? 0) - (first?.packet.sequenceNumber ?? 0)) & 0xffff, 101);
});
