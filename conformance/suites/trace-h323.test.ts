import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { inOrder, KeptCalls } from '../diagnosis/kept-calls.ts';
import { FAULTY, tsharkFields } from '../diagnosis/tshark.ts';
import { assertRead } from '../h323/assert-read.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { H323Host } from '../host/h323-host.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import { encodeBeepLoop } from '../host/sound-loop.ts';
import { TunnelEndingRoom } from '../host-behaviours/tunnel-ending-room.ts';
import { until } from '../media/until.ts';
import { addRoomAddresses } from '../network/room-addresses.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// What the service keeps of calls of H.323 rooms.

const PIN = '4711';
const CAMERA = { width: 320, height: 180, frameRate: 25, bitRate: 300_000, frames: 50 };

let folder: string;
let service: RunningService;
let calls: KeptCalls;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classbridge-trace-'));
  service = await RunningService.start();
  calls = new KeptCalls(service);
});

after(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const tunnelling of [true, false]) {
  const way = tunnelling ? 'calls, H.245 in the tunnel' : 'is called, H.245 on a connection of its own';
  test(`an H.323 room ${way}: its messages are told, and tshark reads them`, { timeout: 60_000 }, async (t) => {
    const wire = await WireRecord.start(service.address);
    t.after(() => wire.close());
    const host = await H323Host.open({
      address: currentTestNetwork().room.address,
      name: `H323 ${tunnelling ? 'tunnel' : 'apart'}`,
      pictures: [await encodePictureLoop({ ...CAMERA, host: 1 })],
      sounds: [await encodeBeepLoop('PCMA', 400)],
      tunnelling,
      fastStart: false,
    });
    const seen = host.media.waitForPicture(({ marks }) => marks.some((mark) => mark.host === 1), 12_000);
    if (tunnelling) {
      await host.dial({ address: service.address, port: 1720 }, `1001#${PIN}`);
    } else {
      const made = await service.api('POST', '/calls', { class: '1001', to: host.uri });
      assert.equal(made.status, 201, made.body);
    }
    assert.ok(await seen, 'it sees itself');
    host.call.requestKeyFrame();
    await sleep(500);
    await host.hangUp();
    const call = await until('the call is kept', 5000, async () =>
      (await calls.all()).find(
        ({ protocol, state, direction }) =>
          protocol === 'h323' && state === 'ended' && (direction === 'inbound') === tunnelling,
      ),
    );
    const ladder = await calls.ladder(call.id);
    inOrder(ladder, [
      /room +h323 +gateway +engine/,
      ...(tunnelling
        ? [
            />\|.* Setup to 1001#\*{4} {2}\[tcp /,
            /H\.245 terminalCapabilitySet \d+: receives g711Alaw64k, H\.264 at 2000 kbit/,
            /H\.245 openLogicalChannel \d+: H\.264 at \d+ kbit\/s, reports to /,
            /H\.245 openLogicalChannelAck \d+, media to 198/,
          ]
        : [
            /<-.* Setup to H323 apart {2}\[tcp /,
            /fast start: H\.264 at \d+ kbit\/s, reports to /,
            /Connect {2}\[tcp /,
            /H\.245 is taken at /,
            /H\.245 terminalCapabilitySet \d+: receives g711Alaw64k, H\.264 at 2000 kbit\/s {2}\[tcp /,
          ]),
      /H\.245 miscellaneousCommand \d+: videoFastUpdatePicture/,
      /ReleaseComplete/,
    ]);
    assert.match(ladder, /<-.* {2}Connect {2}\[tcp |>\|.* {2}Connect {2}\[tcp /);
    assert.match(ladder, /their offer: agreed/);
    assert.match(ladder, /line 2, picture: sendrecv, sending H264/);
    const json = await service.download(`/calls/${call.id}/trace`);
    const { body } = await service.download(`/calls/${call.id}/trace?format=pcap`);
    for (const octets of [
      Buffer.from(ladder),
      json.body,
      body,
      Buffer.from(body.toString('latin1').replace(/\0/g, '')),
    ]) {
      assert.ok(!octets.includes(PIN), 'what was dialled behind the class is not told');
    }
    const file = join(folder, `h323-${tunnelling}.pcap`);
    await writeFile(file, body);
    const signalling = await tsharkFields(file, 'h225', ['h225.h323_message_body']);
    const bodies = signalling.map((packet) => packet['h225.h323_message_body'] ?? '');
    // setup, callProceeding, connect … releaseComplete, by their places in the CHOICE (H.225.0).
    assert.deepEqual([bodies[0], bodies.includes('2'), bodies.at(-1)], ['0', true, '5']);
    const control = await tsharkFields(file, 'h245', ['frame.protocols', 'h245.type']);
    assert.ok(control.length >= 5, `${control.length} packets with H.245`);
    assert.equal(
      control.every((packet) => packet['frame.protocols']?.includes('h225') === tunnelling),
      true,
    );
    // videoFastUpdatePicture by its place in the CHOICE of MiscellaneousCommand.
    assert.ok(
      control.some((packet) => packet['h245.type']?.split(',').includes('5')),
      JSON.stringify(control),
    );
    assert.deepEqual(await tsharkFields(file, FAULTY, ['frame.number']), []);
    assertRead(await wire.stop(), { callSignalling: 2, [tunnelling ? 'tunnelledControl' : 'separateControl']: 3 }, t);
  });
}

const eventsSchema = z.object({
  began: z.string(),
  events: z.array(
    z.object({
      after: z.number(),
      kind: z.string(),
      channel: z.string().optional(),
      direction: z.string().optional(),
      words: z.string().optional(),
    }),
  ),
});

test('a room stops tunnelling: what waits for the connection of H.245 is told when it is sent, once', {
  timeout: 60_000,
}, async () => {
  const gateway = { address: service.address, port: 1720 };
  const { address } = currentTestNetwork().room;
  const [elsewhere = ''] = addRoomAddresses([66]);
  const room = await TunnelEndingRoom.call(address, gateway, '1001');
  const other = await H323Host.open({
    address: elsewhere,
    name: 'Another',
    pictures: [await encodePictureLoop({ ...CAMERA, host: 2 })],
    sounds: [await encodeBeepLoop('PCMA', 400)],
  });
  let openedAt: number;
  try {
    const place = await room.stopTunnelling();
    // The room is to hear that another one came, and then that it goes.
    await other.dial(gateway, '1001');
    await sleep(1500);
    openedAt = Date.now();
    room.openControl(address, place);
    await until('what waited comes', 5000, () => (room.control.length > 0 ? true : undefined));
    const waited = room.control.length;
    other.leave();
    await until('what follows comes', 5000, () => (room.control.length > waited ? true : undefined));
    assert.ok(room.control.includes('indication conferenceIndication'), room.control.join(', '));
    await sleep(300);
  } finally {
    room.close();
    await other.hangUp();
  }
  const call = await until('the call is kept', 5000, async () =>
    (await calls.all()).find(({ state, reason }) => state === 'ended' && reason === 'connection-lost'),
  );
  const { body: json } = await service.download(`/calls/${call.id}/trace`);
  const { began, events } = eventsSchema.parse(JSON.parse(json.toString()));
  const control = events.filter(({ channel, direction }) => channel === 'control' && direction === 'out');
  const words = control.map((event) => event.words ?? '');
  // The names of both spellings end with the message.
  assert.deepEqual(
    words.map((text) => text.split(' ')[0]),
    room.control.map((name) => name.split(' ')[1]),
  );
  const late = control.map(({ after }) => Date.parse(began) + 1000 * after - openedAt);
  assert.ok(
    late.every((time) => time >= -1),
    `told ${late.join(', ')} ms after the connection was opened`,
  );
  const ladder = await calls.ladder(call.id);
  inOrder(ladder, [/H\.245 is taken at /, ...words.map((text) => new RegExp(text.replace(/[^\w ]/g, '.')))]);
  const { body } = await service.download(`/calls/${call.id}/trace?format=pcap`);
  const file = join(folder, 'h323-tunnel-end.pcap');
  await writeFile(file, body);
  const filter = `h245 && !h225 && ip.src == ${service.address}`;
  assert.equal((await tsharkFields(file, filter, ['frame.number'])).length, room.control.length);
  assert.deepEqual(await tsharkFields(file, FAULTY, ['frame.number']), []);
});
