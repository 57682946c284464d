import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { endOf } from '#signaling/h323/captured/call-end.ts';
import { allCapturedCalls, type CapturedCall } from '#signaling/h323/captured/captured-calls.ts';
import { openedByUs } from '#signaling/h323/captured/replayed-call.ts';
import { ScriptedPeer } from '#signaling/h323/captured/scripted-peer.ts';
import { assertRead } from '../h323/assert-read.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Exposition } from '../prometheus/exposition.ts';
import { RunningService } from '../service/running-service.ts';
import { dial } from '../service/service-api.ts';

// H.323 rooms that stop in the middle of a call: what the service had for them is free again. The rooms say what captured endpoints
// said; `signaling/h323/captured` tries all captures, here are those that differ in how they begin and in how H.245 travels.

const CODE = '1001';
const CALLS = ['asterisk-fast-start 1', 'asterisk-slow-start 1', 'asterisk-fast-start-tunnelled 1', 'h323plus-h264 1'];
const PORT = 1720;
/** s without media after which the service asks whether a room is there, and as many again until it is given up. */
const SILENCE = 2;
/** Connections of those who look, the test itself among them, which come and go. */
const LOOKERS = 2;
/** ms in which what happened is in the figures. */
const PATIENCE = 15_000;

let service: RunningService;
let wire: WireRecord;
/** What it holds when everything is loaded and nobody is there: a file that each call left would soon be seen. */
let first: Held;

before(async () => {
  service = await RunningService.start({ CLASSBRIDGE_MEDIA_SILENCE_TIME: String(SILENCE) });
  wire = await WireRecord.start(service.address);
});

after(async () => {
  wire?.close();
  await service?.stop();
});

function captured(name: string): CapturedCall {
  return allCapturedCalls().find((call) => call.name === name) ?? assert.fail(name);
}

/** What the service holds for calls. */
type Held = Readonly<Record<'calls' | 'lessons' | 'pairs' | 'gatewayFiles' | 'engineFiles', number>>;

async function held(): Promise<Held> {
  const read = new Exposition(await service.metrics());
  const files = (process: string) => read.sum('classbridge_process_open_fds', { process });
  return {
    calls: read.sum('classbridge_calls'),
    lessons: read.sum('classbridge_lessons'),
    pairs: read.sum('classbridge_media_port_pairs', { state: 'used' }),
    gatewayFiles: files('gateway'),
    engineFiles: files('engine'),
  };
}

async function ended(): Promise<number> {
  return new Exposition(await service.metrics()).sum('classbridge_calls_ended_total', { protocol: 'h323' });
}

/** A room on its way into the lesson, or called into it. */
async function begin(call: CapturedCall, plays: 'caller' | 'called'): Promise<ScriptedPeer> {
  const { room, service: host } = currentTestNetwork();
  const script = { call, address: room.address, opened: openedByUs(call, plays), dials: CODE };
  if (plays === 'caller') {
    return ScriptedPeer.calling(script, { address: host.address, port: PORT });
  }
  const { peer, address } = await ScriptedPeer.called(script);
  await dial(service, { class: CODE, to: `h323:600@${address.address}:${address.port}` });
  return peer;
}

/** Resolves when nothing is held for calls, and files are as many as before the first of them. */
async function assertFreed(): Promise<void> {
  let now = await held();
  const { gatewayFiles, engineFiles } = first;
  const isFree = () =>
    now.calls + now.lessons + now.pairs === 0 &&
    now.gatewayFiles <= gatewayFiles + LOOKERS &&
    now.engineFiles <= engineFiles;
  await until('all is free', PATIENCE, async () => {
    now = await held();
    return isFree() ? true : undefined;
  }).catch(() => assert.deepEqual(now, first));
}

describe('H.323 rooms that stop in the middle', () => {
  test('what is loaded with the first call is there', async () => {
    for (const plays of ['caller', 'called'] as const) {
      const peer = await begin(captured('h323plus-h264 1'), plays);
      await peer.play(peer.length.untilEnd);
      peer.cut();
    }
    await until('both are over', PATIENCE, async () => ((await ended()) === 2 ? true : undefined));
    await until('their ports are free', PATIENCE, async () => ((await held()).pairs === 0 ? true : undefined));
    first = await held();
    assert.deepEqual([first.calls, first.lessons], [0, 0]);
  });

  for (const name of CALLS) {
    for (const plays of ['caller', 'called'] as const) {
      test(`${name}, ${plays === 'caller' ? 'calling' : 'called'}: cut after each packet`, {
        timeout: 120_000,
      }, async () => {
        const call = captured(name);
        const endedBefore = await ended();
        let calls = 0;
        for (let count = 0, last = 0; count <= last; count++) {
          const peer = await begin(call, plays);
          last = endOf(call.steps).endedBy === plays ? peer.length.whole : peer.length.untilEnd;
          try {
            await peer.play(count);
          } finally {
            peer.cut();
          }
          // A Setup may be lost with its connection.
          calls += count > 1 || plays === 'called' ? 1 : 0;
        }
        await until(`${calls} calls are over`, PATIENCE, async () =>
          (await ended()) - endedBefore >= calls ? true : undefined,
        );
        await assertFreed();
      });

      test(`${name}, ${plays === 'caller' ? 'calling' : 'called'}: silent when channels are open`, {
        timeout: 60_000,
      }, async () => {
        const endedBefore = await ended();
        const peer = await begin(captured(name), plays);
        try {
          await peer.play(peer.length.untilEnd);
          peer.fallSilent();
          await until('the call is up', PATIENCE, async () => ((await held()).calls === 1 ? true : undefined));
          await until('it is over', PATIENCE, async () => ((await ended()) - endedBefore === 1 ? true : undefined));
        } finally {
          peer.cut();
        }
        await assertFreed();
      });
    }
  }
});

test('tshark reads all that the service sent to them', async (t) => {
  assertRead(await wire.stop(), { callSignalling: 250, tunnelledControl: 140, separateControl: 120 }, t);
});

test('rooms that ring when the service stops hear that they are called no more', { timeout: 60_000 }, async () => {
  const ringing = [];
  for (const packets of [0, 1, 2]) {
    const peer = await begin(captured('asterisk-slow-start 1'), 'called');
    await peer.heard('setup', 1);
    await peer.play(packets);
    peer.fallSilent();
    ringing.push(peer);
  }
  try {
    await until('all are called', PATIENCE, async () => ((await held()).calls === ringing.length ? true : undefined));
    await service.stop();
    for (const peer of ringing) {
      await peer.heard('releaseComplete', 1);
    }
  } finally {
    for (const peer of ringing) {
      peer.cut();
    }
  }
});
