import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { END_REASONS } from '../../call/call.ts';
import type { Admission, CallToAdmit } from '../ras/admission.ts';
import type { AnsweringParty } from './answering-party.ts';
import { endOf } from './call-end.ts';
import { allCapturedCalls, type CapturedCall, capturedCalls, type Side } from './captured-calls.ts';
import { habitsOfCaller, ReplayedCall } from './replayed-call.ts';
import { untilEqual } from './until-equal.ts';

/** ms of the calls' own time in which every timer of theirs has run out: T301, for an answer, is the longest. */
const LONGEST = 300_000;
const STEP = 1000;
/** ms without media after which a conference asks whether somebody is there. */
const SILENCE = 20_000;
/** Turns of the event loop in which what was sent on the loopback interface has come and is answered. */
const TURNS = 20;

/** A gatekeeper that admits everything and keeps what is not over. */
class Books implements Admission {
  readonly #open = new Set<CallToAdmit>();
  admitted = 0;

  get open(): number {
    return this.#open.size;
  }

  admit(call: CallToAdmit): ReturnType<Admission['admit']> {
    this.#open.add(call);
    this.admitted += 1;
    const unchanged = { callSignalAddress: undefined, destinationAliases: undefined, bitRate: call.bitRate };
    return Promise.resolve({ outcome: 'admitted', ...unchanged });
  }

  release(call: CallToAdmit): void {
    this.#open.delete(call);
  }
}

/** A call that stops somewhere: what is looked at afterwards. */
class StoppedCall {
  readonly replay: ReplayedCall;
  readonly books: Books;
  readonly time: { now: number };
  party: AnsweringParty | undefined;

  private constructor(replay: ReplayedCall, books: Books, time: { now: number }) {
    this.replay = replay;
    this.books = books;
    this.time = time;
    replay.party.then(
      (party) => {
        this.party = party;
      },
      () => undefined,
    );
  }

  static async begin(call: CapturedCall, plays: Side, closes = true): Promise<StoppedCall> {
    const books = new Books();
    const time = { now: 0 };
    const application = { ...habitsOfCaller(call), admission: books, now: () => time.now };
    return new StoppedCall(await ReplayedCall.begin({ call, plays, closes, application }), books, time);
  }

  /** What a conference does that gets no media where it expects them. */
  missMedia(): void {
    const { party } = this;
    if (party !== undefined && party.ended === undefined && party.streams.length > 0) {
      const ask = async () => {
        if (!(await party.call.probe())) {
          party.call.end('media-timeout');
        }
      };
      ask().catch(assert.fail);
    }
  }

  /** Nothing is left of the call: no connection, no port, no timer, no admission; and its end was told once. */
  async assertGone(resources: readonly string[], at: string): Promise<void> {
    const { application } = this.replay;
    const own = [...resources, 'TCPServerWrap', 'Timeout'].sort();
    await untilEqual(
      () => [application.calls, application.connections, this.books.open, openResources()],
      [0, 0, 0, own],
      at,
    );
    if (this.party !== undefined) {
      assert.equal(this.party.ends.length, 1, at);
      assert.ok(this.party.ends.every((reason) => END_REASONS.includes(reason)));
    }
  }
}

for (const call of allCapturedCalls()) {
  for (const plays of ['caller', 'called'] as const) {
    const { endedBy } = endOf(call.steps);
    describe(`${call.name}, they ${plays === 'caller' ? 'call' : 'are called'}`, () => {
      test('cut after each packet', { timeout: 120_000 }, async () => {
        for (const settles of [false, true]) {
          let parties = 0;
          for (let count = 0; ; count++) {
            const resources = openResources();
            const stopped = await StoppedCall.begin(call, plays);
            const { peer } = stopped.replay;
            const { whole, untilEnd } = peer.length;
            try {
              await peer.play(count);
              for (let left = settles ? TURNS : 0; left > 0; left--) {
                await turn();
              }
              peer.cut();
              await stopped.assertGone(resources, `after packet ${count}`);
              parties += stopped.party === undefined ? 0 : 1;
            } finally {
              await stopped.replay.close();
            }
            await untilEqual(openResources, resources, 'after all');
            if (count === (endedBy === plays ? whole : untilEnd)) {
              break;
            }
          }
          assert.ok(parties > 0);
        }
      });

      test('silence after each packet', { timeout: 120_000 }, async () => {
        for (let count = 0; ; count++) {
          const resources = openResources();
          const stopped = await StoppedCall.begin(call, plays);
          const { application, peer } = stopped.replay;
          const { whole, untilEnd } = peer.length;
          try {
            await peer.play(count);
            peer.fallSilent();
            for (let left = TURNS; left > 0; left--) {
              await turn();
            }
            while (application.calls > 0 && stopped.time.now < LONGEST) {
              stopped.time.now += STEP;
              application.tick();
              await turn();
              if (stopped.time.now % SILENCE === 0) {
                stopped.missMedia();
              }
            }
            assert.equal(application.calls, 0, `the call goes on after packet ${count}`);
            // A connection without a call has its time, too.
            stopped.time.now += LONGEST;
            application.tick();
            await untilEqual(() => application.connections, 0, `after packet ${count}`);
            peer.cut();
            await stopped.assertGone(resources, `after packet ${count}`);
          } finally {
            await stopped.replay.close();
          }
          await untilEqual(openResources, resources, 'after all');
          if (count === (endedBy === plays ? whole : untilEnd)) {
            break;
          }
        }
      });
    });
  }
}

for (const plays of ['caller', 'called'] as const) {
  const who = plays === 'caller' ? 'calls' : 'is called';
  const [slow] = capturedCalls('asterisk-slow-start.pcap');
  assert.ok(slow !== undefined);

  test(`a room that ${who} and loses H.245's own connection alone`, { timeout: 30_000 }, async () => {
    const resources = openResources();
    const stopped = await StoppedCall.begin(slow, plays);
    const { application, peer } = stopped.replay;
    try {
      await peer.play(peer.length.untilEnd);
      const party = await stopped.replay.party;
      await untilEqual(() => party.streams.length, 1, 'its sound is known');
      peer.cutControl();
      for (let left = TURNS; left > 0; left--) {
        await turn();
      }
      while (application.calls > 0 && stopped.time.now < LONGEST) {
        stopped.time.now += STEP;
        application.tick();
        await turn();
      }
      assert.deepEqual(party.ends, ['signalling-timeout']);
      peer.cut();
      await stopped.assertGone(resources, 'at the end');
    } finally {
      await stopped.replay.close();
    }
    await untilEqual(openResources, resources, 'after all');
  });

  test(`a room that ${who} and has no power any more to close its connections`, { timeout: 30_000 }, async () => {
    const resources = openResources();
    const stopped = await StoppedCall.begin(slow, plays, false);
    const { application, peer } = stopped.replay;
    try {
      await peer.play(peer.length.untilEnd);
      const { call } = await stopped.replay.party;
      call.end('media-timeout');
      await untilEqual(() => [application.calls, application.connections], [0, 0], 'what was open is closed');
    } finally {
      await stopped.replay.close();
    }
    await untilEqual(openResources, resources, 'after all');
  });
}

/** Connections, listeners and timers of this process. */
function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^TCP|^Timeout/.test(name))
    .sort();
}
