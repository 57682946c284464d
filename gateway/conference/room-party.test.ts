import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOffer } from '#codecs/media/create-offer.ts';
import type { MediaDescription } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { ExampleCall, ExampleExchange } from './example-call.ts';
import { exampleConference } from './example-conference.ts';
import { CAPABILITIES, ExampleParty } from './example-parties.ts';
import { RoomParty } from './room-party.ts';

const ROOM = { audio: { address: '192.0.2.9', port: 4000 }, main: { address: '192.0.2.9', port: 4002 } };
const SESSION = { origin: { sessionId: '1', version: '1' } };

function offerOf(port = 4000): MediaDescription {
  const transport = { audio: { ...ROOM.audio, port }, main: { ...ROOM.main, port: port + 2 } };
  return createOffer(CAPABILITIES, transport, SESSION);
}

function withDirection(offer: MediaDescription, direction: 'sendonly' | 'inactive'): MediaDescription {
  return { ...offer, streams: offer.streams.map((stream) => ({ ...stream, direction })) };
}

function room(invitation: ExampleExchange, ports = { from: 20_000, to: 20_003 }) {
  const { conference, engine, ended } = exampleConference({
    sfu: () => {
      throw new Error('no media server');
    },
    ports,
  });
  const call = new ExampleCall(invitation);
  const party = conference.enter('1001', (lesson) => new RoomParty(call, conference, lesson));
  assert.ok(typeof party !== 'string');
  /** All ports are there again and nobody is left. */
  const isClean = async () => {
    assert.deepEqual(conference.lessons, []);
    assert.deepEqual(engine.last?.legs, []);
    const held = await conference.holdPorts(party, (ports.to - ports.from + 1) / 2, () => undefined);
    assert.ok(held, 'ports are missing');
    held.release();
  };
  return { engine, ended, conference, call, party, isClean };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an offer is answered with our ports; sound and picture flow in the engine', async () => {
  const invitation = new ExampleExchange(offerOf());
  const { engine, party, call, ended, isClean } = room(invitation);
  await party.join();
  assert.deepEqual(
    invitation.sent?.streams.map(({ address }) => address),
    [
      { address: '192.0.2.1', port: 20_000 },
      { address: '192.0.2.1', port: 20_002 },
    ],
  );
  const [leg] = engine.last?.legs ?? [];
  assert.deepEqual(leg?.audio?.media?.remote, ROOM.audio);
  assert.deepEqual(leg?.video?.media?.remote, ROOM.main);
  assert.equal(leg?.audio?.local.address, '0.0.0.0');
  assert.equal(leg?.video?.outputs.length, 1);
  assert.deepEqual(party.sends, { audio: true, video: true });
  assert.equal(engine.last?.legs[0]?.cameraOff, false);
  call.hangUp();
  assert.deepEqual(ended, ['remote-hangup']);
  assert.equal(party.plan, undefined);
  await isClean();
});

test('without an offer ours goes out, and the answer counts', async () => {
  const invitation = new ExampleExchange(undefined, (ours) => {
    const result = negotiate(ours, CAPABILITIES, ROOM, SESSION);
    assert.ok('answer' in result);
    return result.answer;
  });
  const { engine, party } = room(invitation);
  await party.join();
  assert.deepEqual(engine.last?.legs[0]?.video?.media?.remote, ROOM.main);
  assert.deepEqual(party.sends, { audio: true, video: true });
});

test('an answer that cannot be read, or has nothing in it, ends the call', async () => {
  for (const answer of [undefined, { streams: [] }]) {
    const { party, ended, isClean } = room(new ExampleExchange(undefined, () => answer));
    await party.join();
    assert.equal(party.ended, true);
    assert.deepEqual(ended, ['no-common-media']);
    await isClean();
  }
});

test('nothing in common refuses the call', async () => {
  const offer: MediaDescription = { streams: offerOf().streams.map((stream) => ({ ...stream, codecs: [] })) };
  const invitation = new ExampleExchange(offer);
  const { party, call, isClean } = room(invitation);
  const joining = party.join();
  // The call hears of it by its own refusal.
  await joining;
  assert.equal(invitation.refused, 'no-common-media');
  call.end('no-common-media');
  await isClean();
});

test('no ports left refuses the call for capacity', async () => {
  const { party, ended } = room(new ExampleExchange(offerOf()), { from: 20_000, to: 20_001 });
  await party.join();
  assert.deepEqual(ended, ['capacity']);
});

test('a re-INVITE moves the media; hold stops what we send and shows the placeholder; the ports stay', async () => {
  const invitation = new ExampleExchange(offerOf());
  const { engine, party, call } = room(invitation);
  await party.join();
  const moved = new ExampleExchange(offerOf(5000));
  call.emit('media', moved);
  await turn();
  assert.equal(engine.last?.legs[0]?.audio?.media?.remote.port, 5000);
  assert.equal(moved.sent?.streams[0]?.address.port, 20_000);
  assert.equal(moved.sent?.origin?.sessionId, invitation.sent?.origin?.sessionId);
  const hold = new ExampleExchange(withDirection(offerOf(5000), 'inactive'));
  call.emit('media', hold);
  await turn();
  const [leg] = engine.last?.legs ?? [];
  assert.deepEqual(leg?.video?.outputs, []);
  assert.equal(leg?.cameraOff, true);
  assert.equal(party.expectsMedia, false);
  assert.equal(
    hold.sent?.streams.every(({ direction }) => direction === 'inactive'),
    true,
  );
  call.emit('media', new ExampleExchange(withDirection(offerOf(5000), 'sendonly')));
  await turn();
  assert.deepEqual(party.sends, { audio: true, video: true });
  assert.deepEqual(engine.last?.legs[0]?.video?.outputs, [], 'a room that only sends is sent nothing');
});

test('the version of our description grows only when it changes', async () => {
  const invitation = new ExampleExchange(offerOf());
  const { party, call } = room(invitation);
  await party.join();
  const same = new ExampleExchange(offerOf());
  call.emit('media', same);
  await turn();
  assert.deepEqual(same.sent?.origin, invitation.sent?.origin);
  const hold = new ExampleExchange(withDirection(offerOf(), 'inactive'));
  call.emit('media', hold);
  await turn();
  assert.equal(Number(hold.sent?.origin?.version), Number(invitation.sent?.origin?.version) + 1);
});

test('a re-INVITE with nothing in common is refused and the call goes on as it was', async () => {
  const { engine, party, call, ended } = room(new ExampleExchange(offerOf()));
  await party.join();
  const offer = new ExampleExchange({ streams: offerOf(5000).streams.map((stream) => ({ ...stream, codecs: [] })) });
  call.emit('media', offer);
  await turn();
  assert.equal(offer.refused, 'no-common-media');
  assert.equal(offer.sent, undefined);
  assert.deepEqual(ended, []);
  assert.equal(engine.last?.legs[0]?.audio?.media?.remote.port, 4000);
});

test('when the engine dies under a re-INVITE the room gets an answer, and the call goes on as it was', async () => {
  const { engine, party, call, ended } = room(new ExampleExchange(offerOf()));
  await party.join();
  engine.dead = true;
  const exchange = new ExampleExchange(offerOf(5000));
  call.emit('media', exchange);
  await turn();
  assert.equal(exchange.refused, 'internal-error');
  assert.equal(party.plan?.audio.media?.remote.port, 4000);
  assert.deepEqual(ended, []);
});

test('the room may hang up at any moment: ports, leg and lesson go', async () => {
  for (let turns = 0; turns < 12; turns++) {
    for (const offer of [offerOf(), undefined]) {
      let open: () => void = () => undefined;
      const invitation = new ExampleExchange(offer, (ours) => {
        const result = negotiate(ours, CAPABILITIES, ROOM, SESSION);
        return 'answer' in result && offer === undefined ? result.answer : undefined;
      });
      const { engine, party, call, ended, isClean } = room(invitation);
      engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const joining = party.join().catch(() => undefined);
      for (let count = 0; count < turns; count++) {
        await Promise.resolve();
        if (count === 2) {
          open();
        }
      }
      call.hangUp();
      open();
      await joining;
      engine.gate = undefined;
      assert.deepEqual(ended, ['remote-hangup'], `after ${turns} turns`);
      assert.equal(party.plan, undefined);
      await isClean();
    }
  }
});

test('an engine that dies while the room joins costs no ports', async () => {
  const { engine, party, call, isClean } = room(new ExampleExchange(offerOf()));
  engine.dead = true;
  await assert.rejects(party.join());
  call.end('internal-error');
  engine.dead = false;
  await isClean();
});

test('key frames go both ways', async () => {
  const { engine, party, call } = room(new ExampleExchange(offerOf()));
  await party.join();
  call.emit('keyframe-request');
  assert.deepEqual(engine.keyFrames, ['call']);
  engine.emit('key-frame-wanted', 'call');
  assert.equal(call.keyFrames, 1);
});

test('a call is told how long ago its media were heard', async () => {
  const { party, call } = room(new ExampleExchange(offerOf()));
  await party.join();
  party.mediaHeard(300);
  assert.equal(call.heardAgo, 300);
  call.hangUp();
});

test('a room whose dialect has words for it hears who else is there', async () => {
  const { conference, party, call } = room(new ExampleExchange(offerOf()));
  await party.join();
  assert.deepEqual(
    call.shown.at(-1)?.terminals.map(({ number, name }) => [number, name]),
    [[1, 'Room']],
  );
  conference.enter('1001', () => new ExampleParty('page'));
  party.lessonChanged();
  const { own, terminals } = call.shown.at(-1) ?? {};
  assert.equal(own, 1);
  assert.deepEqual(
    terminals?.map(({ number, name }) => [number, name]),
    [
      [1, 'Room'],
      [2, 'Room page'],
    ],
  );
  call.hangUp();
});
