import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { EndReason, MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';
import type { H323Trace } from '../../call/trace.ts';
import { nameOf } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { H323Application, type H323ApplicationOptions } from './h323-application.ts';

const LOCAL = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });
const H245_PORTS = { from: 21_100, to: 21_300 };

function application(options: Partial<H323ApplicationOptions> = {}): H323Application {
  return new H323Application({
    listen: { address: '127.0.0.1', port: 0 },
    h245Ports: H245_PORTS,
    capabilities: LOCAL,
    displayName: 'Classbridge',
    tunnelling: true,
    fastStart: true,
    log: pino({ level: 'silent' }),
    ...options,
  });
}

/** A party that answers every exchange as a conference does. */
class Party {
  streams: readonly NegotiatedStream[] = [];
  ended: EndReason | undefined;
  answered = false;
  readonly digits: string[] = [];
  keyFrames = 0;
  readonly #port: number;
  readonly #delay: number;
  readonly #local: LocalCapabilities;
  readonly call: RoomCall;

  /** `delay`: ms that it takes to answer, as a conference does that tells its engine first; undefined for at once. */
  constructor(call: RoomCall, port: number, delay?: number, local = LOCAL) {
    this.#local = local;
    this.call = call;
    this.#port = port;
    this.#delay = delay ?? -1;
    call.on('media', (exchange) => this.#later(() => this.answer(exchange)));
    call.on('answered', () => {
      this.answered = true;
    });
    call.on('ended', (reason) => {
      this.ended = reason;
    });
    call.on('dtmf', (digit) => this.digits.push(digit));
    call.on('keyframe-request', () => {
      this.keyFrames += 1;
    });
  }

  async join(): Promise<void> {
    await this.call.prepare();
    const { invitation } = this.call;
    this.#later(() => this.answer(invitation));
  }

  #later(work: () => void): void {
    if (this.#delay < 0) {
      work();
    } else {
      setTimeout(work, this.#delay);
    }
  }

  answer(exchange: MediaExchange): void {
    assert.ok(exchange.offer);
    const at = (port: number) => ({ address: '127.0.0.1', port });
    const transport = { audio: at(this.#port), main: at(this.#port + 2) };
    const result = negotiate(exchange.offer, this.#local, transport, { origin: { sessionId: '1', version: '1' } });
    if ('failure' in result) {
      exchange.refuse(result.failure);
      return;
    }
    this.streams = result.media.streams;
    exchange.complete(result.answer).catch(() => undefined);
  }

  get summary(): string[] {
    return this.streams.map(
      ({ kind, direction, send, remote }) => `${kind} ${direction} ${send.name} to ${remote.port}`,
    );
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tried = 0; tried < 400; tried++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

const EXPECTED = (port: number) => [`audio sendrecv G722 to ${port}`, `main sendrecv H264 to ${port + 2}`];

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
          const outbound = new Party(
            await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
            40_000,
          );
          const joined = outbound.join();
          const [call] = await arriving;
          const inbound = new Party(call, 50_000);
          assert.deepEqual([call.target, call.remoteName, call.direction], ['1001', 'Room A', 'inbound']);
          await Promise.all([inbound.join(), joined]);
          await until('media both ways', () => {
            const both = JSON.stringify([outbound.summary, inbound.summary]);
            return both === JSON.stringify([EXPECTED(50_000), EXPECTED(40_000)]);
          }).catch(() => assert.deepEqual([outbound.summary, inbound.summary], [EXPECTED(50_000), EXPECTED(40_000)]));
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
          ...LOCAL,
          audio: LOCAL.audio.filter(({ name }) => name === 'PCMA'),
          video: LOCAL.video.filter((codec) => codec.name === 'H264' && codec.h264.packetizationMode === 0),
        };
        const caller = application({ tunnelling, fastStart });
        const callee = application({ tunnelling, capabilities: little });
        await Promise.all([caller.start(), callee.start()]);
        try {
          const arriving = once(callee, 'call');
          const outbound = new Party(
            await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
            40_000,
            delays[0],
          );
          const joined = outbound.join();
          const [call] = await arriving;
          const inbound = new Party(call, 50_000, delays[1], little);
          await Promise.all([inbound.join(), joined]);
          const wanted = (port: number) => [`audio sendrecv PCMA to ${port}`, `main sendrecv H264 to ${port + 2}`];
          const all = [wanted(50_000), wanted(40_000)];
          await until(
            'media both ways',
            () => JSON.stringify([outbound.summary, inbound.summary]) === JSON.stringify(all),
          ).catch(() => assert.deepEqual([outbound.summary, inbound.summary], all));
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
    const outbound = new Party(
      await caller.dial({ address: callee.address, alias: '1001', target: 'A', displayName: 'Room A' }),
      40_000,
    );
    const joined = outbound.join();
    const [call] = await arriving;
    const inbound = new Party(call, 50_000);
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
