import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PicturePlayout } from '../picture/playout/picture-playout.ts';
import { PictureQueue } from '../picture/playout/picture-queue.ts';
import { PlayoutBuffer } from '../sound/playout-buffer.ts';

// Sound and picture of one party, each with its own playout, which heed each other: in virtual time, a ms at a time.

const PACKET = 960;

interface Party {
  readonly minutes: number;
  /** ms by which the picture taken at `at` is late. */
  readonly pictureLate: (at: number, index: number) => number;
  /** The same of a packet of sound. */
  readonly soundLate?: (at: number) => number;
  /** A packet of sound; undefined where nobody speaks and nothing is sent. */
  readonly sound: (number: number) => Float32Array | undefined;
}

/** What was seen in a minute: means, ms. */
interface Minute {
  readonly sound: number;
  readonly picture: number;
  /** How much later than its sound a picture is mixed: mean, least and most. */
  readonly skew: number;
  readonly range: readonly [number, number];
  readonly leftOut: number;
}

function play({ minutes, pictureLate, soundLate = () => 0, sound }: Party): Minute[] {
  const [buffer, playout] = [new PlayoutBuffer(), new PicturePlayout()];
  const queue = new PictureQueue<{ at: number; due: number; picture: { octets: number; free(): void } }>();
  const pictures: { at: number; arrivedAt: number }[] = [];
  const packets: { number: number; at: number; arrivedAt: number; samples: Float32Array }[] = [];
  for (let index = 0; index < minutes * 1500; index++) {
    const at = index * 40;
    pictures.push({ at, arrivedAt: Math.max(at + pictureLate(at, index), pictures.at(-1)?.arrivedAt ?? 0) });
  }
  for (let index = 0, number = 0; index < minutes * 3000; index++) {
    const samples = sound(index);
    const at = index * 20;
    if (samples !== undefined) {
      const arrivedAt = Math.max(at + 20 + soundLate(at), packets.at(-1)?.arrivedAt ?? 0);
      packets.push({ number: number++, at, arrivedAt, samples });
    }
  }
  const seen: Minute[] = [];
  let skews: number[] = [];
  let waits: number[] = [];
  let delays: number[] = [];
  let [nextPicture, nextPacket, leftOut] = [0, 0, 0];
  for (let now = 0; now < minutes * 60_000; now++) {
    for (
      let packet = packets[nextPacket];
      packet !== undefined && packet.arrivedAt <= now;
      packet = packets[nextPacket]
    ) {
      const { number, at, samples } = packet;
      buffer.push({ extendedSequenceNumber: number, mediaTime: at, takenAt: at, decode: () => samples.slice() }, now);
      nextPacket += 1;
    }
    if (now % 20 === 7) {
      buffer.pull(PACKET, now);
      delays.push(buffer.delay(now) ?? 0);
    }
    for (
      let next = pictures[nextPicture];
      next !== undefined && next.arrivedAt <= now - 4;
      next = pictures[nextPicture]
    ) {
      const { at, arrivedAt } = next;
      const due = playout.due({ arrivedAt, mediaTime: at, soundDelay: buffer.delay(arrivedAt) }, now);
      queue.push({ at, due, picture: { octets: 1, free: () => undefined } });
      nextPicture += 1;
    }
    if (now % 40 === 13 && queue.advance(now, queue.isBehind(now) && !playout.keepsBeat())) {
      playout.shown(queue.place);
      buffer.waitForPictures(playout.soundDelayWanted, now);
      const wait = now - (queue.shown?.at ?? now);
      waits.push(wait);
      // Packets are taken for 20 ms before they are sent.
      skews.push(wait - ((buffer.latency ?? 0) - 20));
    }
    if (now % 60_000 === 59_999) {
      const range = [Math.min(...skews), Math.max(...skews)] as const;
      seen.push({
        sound: mean(delays),
        picture: mean(waits),
        skew: mean(skews),
        range,
        leftOut: queue.leftOut - leftOut,
      });
      [skews, waits, delays, leftOut] = [[], [], [], queue.leftOut];
    }
  }
  return seen;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Tones of these frequencies together, as a packet. */
const tones = (frequencies: readonly number[], number: number) =>
  Float32Array.from({ length: PACKET }, (_, index) =>
    frequencies.reduce(
      (sum, hertz) => sum + 0.1 * Math.sin((2 * Math.PI * hertz * (number * PACKET + index)) / 48_000),
      0,
    ),
  );
/** Speaks for 2.4 s, is silent for 0.8 s. */
const isSpeaking = (number: number) => number % 160 < 120;
const speech = (number: number) =>
  isSpeaking(number) ? tones([115, 230, 345, 460], number) : new Float32Array(PACKET);
const chord = (number: number) => tones([261.6, 329.6, 392], number);
/** From the first minute to the second each fiftieth picture is 90 ms late. */
const lateForAMinute = (at: number, index: number) => (at >= 60_000 && at < 120_000 && index % 50 === 0 ? 90 : 0);

test('sound waits for pictures that are late, and both come back when they are not any more', () => {
  const minutes = play({ minutes: 11, pictureLate: lateForAMinute, sound: speech });
  const [before, , waiting] = minutes;
  const after = minutes.at(-1);
  assert.ok(before && waiting && after);
  assert.ok(before.picture <= 40 && Math.abs(before.skew) <= 30, JSON.stringify(before));
  assert.ok(waiting.picture >= 90 && Math.abs(waiting.skew) <= 15, JSON.stringify(waiting));
  assert.ok(after.sound <= before.sound + 20 && after.picture <= before.picture + 40, JSON.stringify(after));
  assert.ok(Math.abs(after.skew) <= 30);
  assert.ok(minutes.reduce((sum, { leftOut }) => sum + leftOut, 0) <= 6, JSON.stringify(minutes));
});

test('a sound without pauses cannot come back, and pictures stay with it', () => {
  const minutes = play({ minutes: 5, pictureLate: lateForAMinute, sound: chord });
  for (const minute of minutes.slice(2)) {
    assert.ok(Math.abs(minute.skew) <= 30, JSON.stringify(minutes));
  }
  assert.ok(Math.abs(minutes.at(-1)?.range[0] ?? 99) <= 35);
});

test('a party that sends nothing while it is silent begins again where its pictures are', () => {
  const minutes = play({
    minutes: 3,
    pictureLate: (_, index) => (index % 50 === 0 ? 90 : 0),
    sound: (number) => (isSpeaking(number) ? speech(number) : undefined),
  });
  const last = minutes.at(-1);
  assert.ok(last && Math.abs(last.skew) <= 15 && last.range[0] >= -20 && last.range[1] <= 30, JSON.stringify(last));
});

test('pictures follow a sound that waits for its own line', () => {
  const minutes = play({
    minutes: 3,
    pictureLate: () => 0,
    soundLate: (at) => (at % 2000 === 0 ? 110 : 0),
    sound: speech,
  });
  const last = minutes.at(-1);
  assert.ok(last && last.sound >= 90 && Math.abs(last.skew) <= 30 && last.leftOut === 0, JSON.stringify(minutes));
});
