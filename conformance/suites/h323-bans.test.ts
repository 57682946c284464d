import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { assertRead } from '../h323/assert-read.ts';
import { makeScriptedCall } from '../h323/scripted-call.ts';
import { ScriptedMessages } from '../h323/scripted-messages.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { H323Host } from '../host/h323-host.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { until } from '../media/until.ts';
import { addRoomAddresses } from '../network/room-addresses.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// Strangers try class codes by H.323 and send what is none, while a lesson goes on: they are banned; a room that shares the address of
// one keeps its call.

const CODE = '1001';
const BURST = 5;
const PATIENCE = 10_000;
const CAMERA = { width: 320, height: 180, frameRate: 25, bitRate: 300_000, frames: 50 };

let service: RunningService;
let wire: WireRecord;
let picture: PictureLoop;
let sound: SoundLoop;
/** Who tries codes, and who sends garbage to RAS. */
let strangers: string[] = [];
let room: H323Host;

before(async () => {
  strangers = addRoomAddresses([66, 67]);
  picture = await encodePictureLoop({ ...CAMERA, host: 1 });
  sound = await encodeBeepLoop('PCMA', 400);
  service = await RunningService.start({
    CLASSBRIDGE_H323_GUARD_BURST: String(BURST),
    CLASSBRIDGE_H323_GUARD_RATE: '0.01',
  });
  wire = await WireRecord.start(service.address);
  room = await open(currentTestNetwork().room.address);
  await room.dial(gateway(), CODE);
  await seesItself();
});

after(async () => {
  wire?.close();
  await room?.hangUp();
  await service?.stop();
});

const gateway = () => ({ address: service.address, port: 1720 });

function open(address: string): Promise<H323Host> {
  return H323Host.open({ address, name: 'Room', pictures: [picture], sounds: [sound] });
}

async function seesItself(): Promise<void> {
  const seen = await room.media.waitForPicture(({ marks }) => marks.some(({ host }) => host === 1), PATIENCE);
  assert.ok(seen, 'the room sees itself');
}

/** Calls a class that is not there; rejects with how it was refused. */
function guess(localAddress: string, count: number): Promise<void> {
  const script = new ScriptedMessages({ address: localAddress, port: 30_000 }, gateway(), `77${count}`);
  return makeScriptedCall(script, gateway(), { reference: count, identifier: Buffer.alloc(16, count), localAddress });
}

async function bans(): Promise<string[]> {
  const { body } = await service.api('GET', '/bans');
  const listed = z.object({ bans: z.array(z.object({ source: z.string(), protocol: z.string() })) });
  return listed.parse(JSON.parse(body)).bans.map(({ source, protocol }) => `${protocol} ${source}`);
}

const left = (kind: string) => service.metric(`classbridge_h323_guard_dropped_total{kind="${kind}"}`);

test('who tries class codes is banned: he is let in no more, by the right code either', async () => {
  const [scanner = ''] = strangers;
  for (let count = 1; count <= BURST + 1; count++) {
    await assert.rejects(guess(scanner, count), /refused|closed/);
  }
  await until('he is banned', PATIENCE, async () => ((await bans()).includes(`h323 ${scanner}`) ? true : undefined));
  await assert.rejects(guess(scanner, 50), /the connection was closed|ECONNRESET/);
  assert.equal(await left('connection'), 1);
  const late = await open(scanner);
  try {
    await assert.rejects(late.dial(gateway(), CODE));
    assert.equal(await service.metric('classbridge_h323_bans'), 1);
    await seesItself();

    assert.equal((await service.api('DELETE', `/bans/${scanner}`)).status, 204);
    assert.deepEqual(await bans(), []);
    await late.dial(gateway(), CODE);
  } finally {
    await late.hangUp();
  }
});

test('who sends garbage to RAS is banned: his datagrams are not read any more', async () => {
  const [, flooder = ''] = strangers;
  const socket = createSocket('udp4');
  socket.bind(0, flooder);
  await once(socket, 'listening');
  try {
    await until('he is banned', PATIENCE, async () => {
      socket.send(Buffer.from([0xff, Math.floor(256 * Math.random())]), 1719, service.address);
      return (await bans()).includes(`h323 ${flooder}`) ? true : undefined;
    });
    await until('his datagrams are dropped', PATIENCE, async () => {
      socket.send(Buffer.from([0xff]), 1719, service.address);
      return ((await left('datagram')) ?? 0) > 0 ? true : undefined;
    });
  } finally {
    socket.close();
  }
});

test('the address of a room in a call is not banned: the lesson goes on, and nothing new comes from there', async () => {
  const { address } = currentTestNetwork().room;
  const before = (await left('connection')) ?? 0;
  // Its call allows ten times as much.
  for (let count = 1; count <= 10 * BURST + 10; count++) {
    await assert.rejects(guess(address, count), /refused|closed|ECONNRESET/);
  }
  assert.ok(!(await bans()).includes(`h323 ${address}`));
  assert.ok(((await left('connection')) ?? 0) > before);
  assert.ok(room.isInCall);
  await seesItself();
});

test('tshark reads all that they were told', async (t) => {
  // A call that stands, one that was ended, and refusals of as many as the budgets allow.
  assertRead(await wire.stop(), { callSignalling: 10 * BURST, tunnelledControl: 6 }, t);
});
