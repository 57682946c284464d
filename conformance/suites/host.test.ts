import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { changeSource, restartNumbers } from '../host-behaviours/change-source.ts';
import { type HoldSpelling, hold, resume } from '../host-behaviours/hold.ts';
import { dialWithoutOffer } from '../host-behaviours/late-offer.ts';
import { LIES, lie } from '../host-behaviours/lies.ts';
import { renegotiate, renegotiateWithoutOffer } from '../host-behaviours/renegotiation.ts';
import { fallSilent } from '../host-behaviours/silence.ts';
import { crash } from '../host-behaviours/vanishing.ts';
import { heardTones } from '../measurement/tone-levels.ts';
import { flowDuring } from '../measurement/watch-source.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// What rooms do in mid-call, done by a simulated one (`room`) and seen by another one in the same lesson (`witness`) through
// the mix: in coded frames and in tones. A third (`neighbour`) only shows that the others' pictures do not suffer.

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
const WITNESS = { number: 1, frequency: 400 } as const;
const ROOM = { number: 2, frequency: 900 } as const;
const NEIGHBOUR = { number: 3, frequency: 1400 } as const;
/** ms in which the picture must be back after a hold, and after a change of source. */
const BACK_FROM_HOLD = 2000;
const BACK_AS_OTHER_SOURCE = 1000;
/** Least frames a second of a picture that goes on undisturbed, of which 25 are sent, and the longest that it may stand still, ms: other work on the machine is let pass. */
const FLOWING = { rate: 18, longest: 500 } as const;

type Part = typeof WITNESS | typeof ROOM | typeof NEIGHBOUR;

const formats = ['H264/1', 'H264/0', 'VP8'] as const;
const codecs = ['opus', 'PCMA', 'G722'] as const;

let service: RunningService;
let signalling: HostSignalling;
const loops = new Map<Part, { readonly pictures: PictureLoop[]; readonly sounds: SoundLoop[] }>();

before(async () => {
  for (const part of [WITNESS, ROOM, NEIGHBOUR]) {
    loops.set(part, {
      pictures: await Promise.all(formats.map((format) => encodePictureLoop({ ...CAMERA, host: part.number, format }))),
      sounds: await Promise.all(codecs.map((codec) => encodeBeepLoop(codec, part.frequency))),
    });
  }
  signalling = await HostSignalling.open(currentTestNetwork().room.address);
  service = await RunningService.start();
});

after(async () => {
  await signalling?.close();
  await service?.stop();
});

async function open(part: Part, own: HostSignalling = signalling): Promise<SimulatedHost> {
  const material = loops.get(part);
  assert.ok(material);
  return SimulatedHost.open({ signalling: own, name: `Room ${part.number}`, ...material });
}

/** Both in the lesson, seeing each other; both hang up at the end. */
async function inLesson(
  run: (witness: SimulatedHost, room: SimulatedHost) => Promise<void>,
  dial: (room: SimulatedHost, uri: string) => Promise<unknown> = (room, uri) => room.dial(uri),
): Promise<void> {
  const [witness, room] = [await open(WITNESS), await open(ROOM)];
  try {
    await witness.dial(service.sipUri(CODE));
    await dial(room, service.sipUri(CODE));
    await seeAndHear(witness, room, 3000);
    await run(witness, room);
    assert.deepEqual([witness.endedByPeer, room.endedByPeer], [false, false], 'both are still in the lesson');
    assert.deepEqual([...witness.media.faults, ...room.media.faults], [], 'all that came could be decoded');
  } catch (error) {
    console.error(service.output.slice(-4000));
    throw error;
  } finally {
    await Promise.all([witness.hangUp(), room.hangUp()]);
  }
}

/** A picture of a part that was not on the screen before, within `timeout` ms. */
async function sees(who: SimulatedHost, part: Part, timeout: number): Promise<void> {
  const shows = new Set<number>();
  const found = await who.media.waitForPicture(({ marks }) => {
    for (const mark of marks) {
      if (mark.host === part.number) {
        shows.add(mark.frame);
      }
    }
    // The first may be what stood still on the screen.
    return shows.size >= 2;
  }, timeout);
  assert.ok(found, `${who.name} sees room ${part.number} move within ${timeout} ms`);
}

/** The beeps of a part in sound that came after the call of this, within `timeout` ms. */
async function hears(who: SimulatedHost, part: Part, timeout: number): Promise<void> {
  let came = 0;
  const count = ({ samples }: { readonly samples: Float32Array }) => {
    came += samples.length;
  };
  who.media.on('sound', count);
  try {
    // A second and a tenth: one beep at least is in it as a whole.
    await until(`${who.name} hears the beeps of room ${part.number}`, timeout, () =>
      came >= 52_800 && heardTones(who.media.heard, [part.frequency], 1.1).length > 0 ? true : undefined,
    );
  } finally {
    who.media.off('sound', count);
  }
}

async function seeAndHear(witness: SimulatedHost, room: SimulatedHost, timeout: number): Promise<void> {
  await Promise.all([sees(witness, ROOM, timeout), sees(room, WITNESS, timeout)]);
  await Promise.all([hears(witness, ROOM, 4000), hears(room, WITNESS, 4000)]);
}

test('a room that calls without an offer is offered media, is seen and heard', async () => {
  await inLesson(async (witness, room) => {
    await seeAndHear(witness, room, 1000);
    assert.equal(room.media.negotiated.audio?.send.name, 'opus');
  }, dialWithoutOffer);
});

describe('hold', () => {
  for (const spelling of ['a=sendonly', 'a=inactive', 'c=0.0.0.0'] satisfies HoldSpelling[]) {
    test(`by ${spelling}: nothing goes to the room, the others see that it is away, and it is back soon`, async () => {
      await inLesson(async (witness, room) => {
        await hold(room, spelling);
        await sleep(300);
        const { audio, video } = room.media.received;
        await sleep(2500);
        assert.equal(room.media.received.audio.packets, audio.packets, 'no sound goes to the room');
        assert.equal(room.media.received.video.packets, video.packets, 'no picture goes to the room');
        const shown = await witness.media.waitForPicture(
          ({ marks }) => marks.some(({ host }) => host === ROOM.number),
          500,
        );
        assert.equal(shown, undefined, 'the witness does not see the room');
        assert.deepEqual(heardTones(witness.media.heard, [ROOM.frequency], 1), [], 'nor does it hear it');

        const back = Promise.all([sees(room, WITNESS, BACK_FROM_HOLD), sees(witness, ROOM, BACK_FROM_HOLD)]);
        await resume(room);
        await back;
        await Promise.all([hears(witness, ROOM, 4000), hears(room, WITNESS, 4000)]);
        assert.equal(room.media.pictureSources, 1, 'the picture goes on with the numbers that it had');
      });
    });
  }
});

test('other codecs by re-INVITE, sound and picture: all are seen and heard in each', async () => {
  await inLesson(async (witness, room) => {
    for (const [audio, video] of [
      ['PCMA', 'VP8'],
      ['G722', 'H264/0'],
      ['opus', 'H264/1'],
    ] as const) {
      const played: string[] = [];
      const shown: string[] = [];
      await renegotiate(room, { audio: [audio], video: [video] });
      room.media.on('sound', ({ codec }) => played.push(codec));
      room.media.on('picture', ({ codec }) => shown.push(codec));
      await seeAndHear(witness, room, 2000);
      assert.equal(played.at(-1), audio, 'the room is sent the sound that it wants');
      assert.equal(shown.at(-1), video === 'VP8' ? 'VP8' : 'H264', 'and the picture');
    }
    assert.equal(room.media.pictureSources, 1, 'the picture goes on with the numbers that it had');
  });
});

test('a re-INVITE without an offer is answered with one', async () => {
  await inLesson(async (witness, room) => {
    await renegotiateWithoutOffer(room);
    await seeAndHear(witness, room, 2000);
  });
});

test('other ports by re-INVITE: media move there', async () => {
  await inLesson(async (witness, room) => {
    const before = room.media.transport;
    await renegotiate(room, {}, {});
    assert.notEqual(room.media.transport.main.port, before.main.port);
    await seeAndHear(witness, room, 2000);
  });
});

describe('in mid-call', () => {
  for (const [what, change] of [
    ['other sources', changeSource],
    ['the same sources with other numbers', restartNumbers],
  ] as const) {
    test(`the room goes on as ${what}: its picture is back within a second`, async () => {
      await inLesson(async (witness, room) => {
        const flow = await flowDuring(witness, ROOM.number, async () => {
          await sleep(500);
          change(room);
          await sleep(2000);
        });
        assert.ok(flow.longest <= BACK_AS_OTHER_SOURCE, `the picture stood still for ${Math.round(flow.longest)} ms`);
        await sees(witness, ROOM, 500);
        await hears(witness, ROOM, 4000);
      });
    });
  }

  test('the room falls silent and comes back: its picture gives way and returns', async () => {
    await inLesson(async (witness, room) => {
      fallSilent(room, 'rtp-and-rtcp');
      await sleep(3000);
      const shown = await witness.media.waitForPicture(
        ({ marks }) => marks.some(({ host }) => host === ROOM.number),
        500,
      );
      assert.equal(shown, undefined, 'a frozen picture is not shown for long');
      fallSilent(room, 'nothing');
      await sees(witness, ROOM, 1000);
      await hears(witness, ROOM, 4000);
    });
  });
});

describe('lies', () => {
  for (const what of LIES) {
    test(`${what}: the others' pictures go on frame by frame, and so does the room's own after it`, async () => {
      const neighbour = await open(NEIGHBOUR);
      try {
        await neighbour.dial(service.sipUri(CODE));
        await inLesson(async (witness, room) => {
          const flow = await flowDuring(witness, NEIGHBOUR.number, async () => {
            for (let time = 0; time < 15; time++) {
              lie(room, what);
              await sleep(200);
            }
          });
          assert.ok(flow.longest < FLOWING.longest, `the neighbour's picture stood still for ${flow.longest} ms`);
          assert.ok((flow.rate ?? 0) > FLOWING.rate, `the neighbour's picture came at ${flow.rate} frames a second`);
          await sees(witness, ROOM, 2000);
          await hears(witness, ROOM, 4000);
        });
      } finally {
        await neighbour.hangUp();
      }
    });
  }
});

test('a room whose power failed dials again and is seen, although its old call still stands', async () => {
  const witness = await open(WITNESS);
  const own = await HostSignalling.open(currentTestNetwork().room.address);
  const room = await open(ROOM, own);
  try {
    await witness.dial(service.sipUri(CODE));
    await room.dial(service.sipUri(CODE));
    await seeAndHear(witness, room, 3000);
    await crash(room);
    const again = await open(ROOM);
    await again.dial(service.sipUri(CODE));
    await seeAndHear(witness, again, 2000);
    await again.hangUp();
  } finally {
    await witness.hangUp();
  }
});
