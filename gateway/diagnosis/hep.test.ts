import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { BEGIN, EDGE, invite, ROOM, WAY } from './example-traces.ts';
import { HepExport } from './hep-export.ts';
import { hepPacket } from './hep-packet.ts';
import { readHepTarget } from './hep-target.ts';

/** Chunks of a packet by vendor and type, read as the specification's table says and not as our writer does. */
function chunksOf(packet: Buffer): Map<string, Buffer> {
  assert.equal(packet.toString('latin1', 0, 4), 'HEP3');
  assert.equal(packet.readUInt16BE(4), packet.length);
  const chunks = new Map<string, Buffer>();
  for (let offset = 6; offset < packet.length; ) {
    const length = packet.readUInt16BE(offset + 4);
    assert.ok(length >= 6);
    chunks.set(packet.toString('hex', offset, offset + 4), packet.subarray(offset + 6, offset + length));
    offset += length;
  }
  return chunks;
}

const hex = (packet: Buffer) =>
  Object.fromEntries([...chunksOf(packet)].map(([type, value]) => [type, value.toString('hex')]));

test('a packet has the chunks of the table', () => {
  const payload = Buffer.from('SIP');
  const base = { protocol: 'udp', at: BEGIN + 0.25, agent: 2001, correlation: 'abc', payload } as const;
  assert.deepEqual(hex(hepPacket({ ...base, from: ROOM, to: EDGE })), {
    '00000001': '02',
    '00000002': '11',
    '00000003': 'c0000207',
    '00000004': 'c0000201',
    '00000007': '13c6',
    '00000008': '13c4',
    '00000009': '6553f100',
    '0000000a': '000000fa',
    '0000000b': '01',
    '0000000c': '000007d1',
    '0000000f': '534950',
    '00000011': '616263',
  });
  const version6 = hex(
    hepPacket({ ...base, protocol: 'tcp', from: { address: '2001:db8::7', port: 1 }, to: { address: '::1', port: 2 } }),
  );
  assert.equal(version6['00000001'], '0a');
  assert.equal(version6['00000002'], '06');
  assert.equal(version6['00000005'], '20010db8000000000000000000000007');
  assert.equal(version6['00000006'], '00000000000000000000000000000001');
});

test('a target is host, port and id', () => {
  assert.deepEqual(readHepTarget('homer.example.org:9060:2001'), {
    host: 'homer.example.org',
    port: 9060,
    agent: 2001,
  });
  assert.deepEqual(readHepTarget('[2001:db8::1]:9060:1'), { host: '2001:db8::1', port: 9060, agent: 1 });
  for (const wrong of [
    'homer:9060',
    'homer:0:1',
    'homer:70000:1',
    'homer:1:4294967296',
    '[homer]:1:1',
    'a b:1:1',
    '',
  ]) {
    assert.equal(readHepTarget(wrong), undefined, wrong);
  }
});

test('messages are sent with their secrets masked, and counted where nobody can be sent to', async () => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const target = { host: '127.0.0.1', port: server.address().port, agent: 7 };
  const hep = new HepExport(target, () => assert.fail('it is found'));
  const message = invite('call-7', ['Authorization: Digest username="room", nonce="n0nce", response="0f0f"']);
  hep.message('in', message, WAY, BEGIN);
  assert.equal(hep.leftOut, 1, 'before it is open');
  await hep.open();
  const arrived = once(server, 'message');
  hep.message('in', message, WAY, BEGIN);
  // Keep-alives are no messages.
  hep.message('in', Buffer.from('\r\n\r\n'), WAY, BEGIN);
  const [packet]: Buffer[] = await arrived;
  assert.ok(packet !== undefined);
  const chunks = chunksOf(packet);
  assert.equal(chunks.get('00000011')?.toString(), 'call-7');
  assert.match(
    chunks.get('0000000f')?.toString() ?? '',
    /^INVITE sip:1001@[\s\S]*username="room", nonce="masked", response="masked"/,
  );
  assert.equal(hep.leftOut, 1);
  hep.close();
  hep.message('in', message, WAY, BEGIN);
  assert.equal(hep.leftOut, 2);
  server.close();
});

test('a server whose name nobody knows is told of', async () => {
  const faults: string[] = [];
  const hep = new HepExport({ host: 'nobody.invalid', port: 9060, agent: 1 }, ({ message }) => faults.push(message));
  await hep.open();
  assert.equal(faults.length, 1);
  hep.close();
});
