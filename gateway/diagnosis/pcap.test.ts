import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTrace } from './call-trace.ts';
import { BEGIN, EDGE, invite, ROOM } from './example-traces.ts';
import { pcapOf } from './pcap.ts';

/** Packets of a capture, after a look at what stands before them. */
function packetsOf(capture: Buffer): { at: number; packet: Buffer }[] {
  // Magic, version 2.4, no zone, no accuracy, 256 KiB, raw IP.
  assert.equal(capture.toString('hex', 0, 24), 'a1b2c3d40002000400000000000000000004000000000065');
  const packets: { at: number; packet: Buffer }[] = [];
  for (let offset = 24; offset < capture.length; ) {
    const length = capture.readUInt32BE(offset + 8);
    assert.equal(capture.readUInt32BE(offset + 12), length);
    packets.push({
      at: capture.readUInt32BE(offset) * 1e6 + capture.readUInt32BE(offset + 4),
      packet: capture.subarray(offset + 16, offset + 16 + length),
    });
    offset += 16 + length;
  }
  return packets;
}

/** RFC 1071: over data with its checksum in it, the sum is all ones. */
function sum(...parts: Buffer[]): number {
  let total = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      total += part.readUInt8(at) * 256 + (at + 1 < part.length ? part.readUInt8(at + 1) : 0);
    }
  }
  while (total > 0xffff) {
    total = (total & 0xffff) + (total >>> 16);
  }
  return total;
}

test('UDP over IPv4: addresses, ports, lengths and checksums', () => {
  const trace = new CallTrace('call', 512_000, BEGIN);
  const text = invite('a').toString('latin1');
  trace.push({ kind: 'sip', at: BEGIN + 1.5, direction: 'in', protocol: 'udp', local: EDGE, remote: ROOM, text });
  const [first] = packetsOf(pcapOf(trace));
  assert.ok(first !== undefined);
  const { at, packet } = first;
  assert.equal(at, BEGIN * 1000 + 1500);
  assert.equal(packet.readUInt16BE(2), packet.length);
  assert.deepEqual([...packet.subarray(12, 20)], [192, 0, 2, 7, 192, 0, 2, 1]);
  assert.deepEqual([packet.readUInt16BE(20), packet.readUInt16BE(22)], [5062, 5060]);
  assert.equal(packet.readUInt16BE(24), packet.length - 20);
  assert.equal(packet.toString('latin1', 28), text);
  assert.equal(sum(packet.subarray(0, 20)), 0xffff);
  const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.from([0, 17]), packet.subarray(24, 26)]);
  assert.equal(sum(pseudo, packet.subarray(20)), 0xffff);
});

test('TCP over IPv6: numbers go on by what was sent each way', () => {
  const trace = new CallTrace('call', 512_000, BEGIN);
  const local = { address: '2001:db8::1', port: 5060 };
  const remote = { address: 'fe80::7%eth0', port: 40_000 };
  for (const [index, direction] of (['in', 'out', 'in'] as const).entries()) {
    const text = `${direction}${'x'.repeat(100 + index)}`;
    trace.push({ kind: 'sip', at: BEGIN + index, direction, protocol: 'tcp', local, remote, text });
  }
  const packets = packetsOf(pcapOf(trace)).map(({ packet }) => packet);
  const numbers = packets.map((packet) => [packet.readUInt32BE(44), packet.readUInt32BE(48)]);
  assert.deepEqual(numbers, [
    [1, 1],
    [1, 103],
    [103, 105],
  ]);
  const [packet] = packets;
  assert.ok(packet !== undefined);
  assert.equal(packet.toString('hex', 8, 40), 'fe80000000000000000000000000000720010db8000000000000000000000001');
  const length = Buffer.alloc(8);
  length.writeUInt32BE(packet.length - 40, 0);
  length.writeUInt8(6, 7);
  assert.equal(sum(packet.subarray(8, 40), length, packet.subarray(40)), 0xffff);
});
