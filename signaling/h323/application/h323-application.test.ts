import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { H323Trace } from '../../call/trace.ts';
import { AnsweringParty } from '../captured/answering-party.ts';
import { untilEqual } from '../captured/until-equal.ts';
import { nameOf } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from './example-application.ts';
import type { H323Application, H323ApplicationOptions } from './h323-application.ts';

/** Ports of the calls of this file. */
const H245_PORTS = { from: 21_100, to: 21_300 };

function application(options: Partial<H323ApplicationOptions> = {}): H323Application {
  return exampleApplication({ h245Ports: H245_PORTS, ...options });
}

const streams = (port: number, sound = 'G722') => [
  `audio sendrecv ${sound} to 127.0.0.1:${port}`,
  `main sendrecv H264 to 127.0.0.1:${port + 2}`,
];
const EXPECTED = [streams(50_000), streams(40_000)];

for (const tunnelling of [true, false]) {
  for (const fastStart of [true, false]) {
    for (const calleeTunnels of [true, false]) {
      const name = `${fastStart ? 'fast' : 'slow'} start, caller ${tunnelling ? 'tunnels' : 'does not tunnel'}, called ${calleeTunnels ? 'does' : 'does not'}`;
      test(`a call: ${name}`, { timeout: 20_000 }, async () => {
        const caller = application({ tunnelling, fastStart });
        const callee = application({ tunnelling: calleeTunnels });
        await Promise.all([caller.start(), callee.start()]);
        try {
          const arriving = once(callee, 'call');
          const outbound = new AnsweringParty(
            await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
            ROOM_CAPABILITIES,
            40_000,
          );
          const joined = outbound.join();
          const [call] = await arriving;
          const inbound = new AnsweringParty(call, ROOM_CAPABILITIES, 50_000);
          assert.deepEqual([call.target, call.remoteName, call.direction], ['1001', 'Room A', 'inbound']);
          await Promise.all([inbound.join(), joined]);
          await untilEqual(() => [outbound.summary, inbound.summary], EXPECTED, 'media both ways');
          assert.deepEqual([outbound.answered, inbound.answered], [true, true]);
          await until('a key frame is asked for', () => {
            outbound.call.requestKeyFrame();
            return inbound.keyFrames > 0;
          });
          outbound.call.end('local-hangup');
          await until('both are over', () => outbound.ended !== undefined && inbound.ended !== undefined);
          assert.deepEqual([outbound.ended, inbound.ended], ['local-hangup', 'remote-hangup']);
          await until('connections are gone', () => caller.connections + callee.connections === 0);
          assert.deepEqual([caller.calls, callee.calls], [0, 0]);
        } finally {
          await Promise.all([caller.close(), callee.close()]);
        }
      });
    }
  }
}

for (const tunnelling of [true, false]) {
  for (const fastStart of [true, false]) {
    for (const delays of [
      [0, 0],
      [20, 0],
      [0, 20],
      [20, 20],
    ] as const) {
      const kind = `${fastStart ? 'fast' : 'slow'} start, ${tunnelling ? 'tunnelled' : 'not tunnelled'}`;
      test(`channels come up whoever takes his time: ${kind}, ${delays.join(' and ')} ms`, {
        timeout: 20_000,
      }, async () => {
        // One that takes little: its packets of pictures are not those that are proposed to it.
        const little = {
          ...ROOM_CAPABILITIES,
          audio: ROOM_CAPABILITIES.audio.filter(({ name }) => name === 'PCMA'),
          video: ROOM_CAPABILITIES.video.filter((codec) => codec.name === 'H264' && codec.h264.packetizationMode === 0),
        };
        const caller = application({ tunnelling, fastStart });
        const callee = application({ tunnelling, capabilities: little });
        await Promise.all([caller.start(), callee.start()]);
        try {
          const arriving = once(callee, 'call');
          const outbound = new AnsweringParty(
            await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
            ROOM_CAPABILITIES,
            40_000,
            delays[0],
          );
          const joined = outbound.join();
          const [call] = await arriving;
          const inbound = new AnsweringParty(call, little, 50_000, delays[1]);
          await Promise.all([inbound.join(), joined]);
          const wanted = [streams(50_000, 'PCMA'), streams(40_000, 'PCMA')];
          await untilEqual(() => [outbound.summary, inbound.summary], wanted, 'media both ways');
          outbound.call.end('local-hangup');
        } finally {
          await Promise.all([caller.close(), callee.close()]);
        }
      });
    }
  }
}

/** Names of what is sent over H.245's own connections. */
function controlSent(names: string[]): H323Trace {
  return {
    message: (_, direction, { channel, packet }) => {
      if (direction === 'out' && channel === 'control') {
        names.push(nameOf(h245.decode('MultimediaSystemControlMessage', packet)));
      }
    },
  };
}

test('pictures of a fast start are asked for once H.245 is there, behind the capability set', {
  timeout: 20_000,
}, async () => {
  const [byCaller, byCallee]: [string[], string[]] = [[], []];
  const caller = application({ tunnelling: false, trace: controlSent(byCaller) });
  const callee = application({ tunnelling: false, trace: controlSent(byCallee) });
  await Promise.all([caller.start(), callee.start()]);
  try {
    const arriving = once(callee, 'call');
    const outbound = new AnsweringParty(
      await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
      ROOM_CAPABILITIES,
      40_000,
    );
    const joined = outbound.join();
    const [call] = await arriving;
    const inbound = new AnsweringParty(call, ROOM_CAPABILITIES, 50_000);
    await inbound.join();
    // There is no connection yet.
    call.requestKeyFrame();
    await joined;
    while (byCaller.length === 0) {
      // Time and again, while the connection is being made.
      outbound.call.requestKeyFrame();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('both are asked', () => outbound.keyFrames > 0 && inbound.keyFrames > 0);
    for (const sent of [byCaller, byCallee]) {
      assert.equal(sent[0], 'request terminalCapabilitySet');
      assert.equal(sent.filter((name) => name === 'command miscellaneousCommand').length, 1, sent.join());
    }
    outbound.call.end('local-hangup');
    await until('both are over', () => outbound.ended !== undefined && inbound.ended !== undefined);
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
});
