import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { AudioEncoder, TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';
import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import { telephoneEventPackets } from '#codecs/rtp/payload/telephone-event.ts';
import { AudioReceiver } from './audio-receiver.ts';
import { audioMedia, OPUS, PCMA, packetOf } from './example-media.ts';

const EVENT = { name: 'telephone-event', payloadType: 101, clockRate: 8000 } as const;

/** Timestamps begin anywhere (RFC 3550 §5.1). */
const TIME_BASE = 1_000_000_000;

/** Plays a party: a tone in one codec, a packet each 20 ms of a time of its own. */
class Microphone {
  now = 0;
  readonly #encoders: ReadonlyMap<string, AudioEncoder>;
  readonly #receiver: AudioReceiver;
  ssrc = 1;
  sequenceNumber = 0;
  #phase = 0;

  constructor(receiver: AudioReceiver, encoders: ReadonlyMap<string, AudioEncoder>) {
    this.#receiver = receiver;
    this.#encoders = encoders;
  }

  /** Sends and plays so many packets. Gives the mean power of what was played. */
  speak(codec: typeof PCMA | typeof OPUS, packets: number, isSent = true): number {
    const played: Float32Array[] = [];
    for (let count = 0; count < packets; count++, this.now += 20) {
      const tone = Float32Array.from(
        { length: TICK_SAMPLES },
        () => 0.3 * Math.sin((2 * Math.PI * 440 * this.#phase++) / 48_000),
      );
      const payload = this.#encoders.get(codec.name)?.encode(tone);
      if (payload !== undefined && isSent) {
        const { payloadType, clockRate } = codec;
        const timestamp = TIME_BASE + (this.now * clockRate) / 1000;
        this.#receiver.push(
          packetOf({ payloadType, payload, timestamp, ssrc: this.ssrc, sequenceNumber: this.sequenceNumber++ }),
          this.now,
        );
      }
      played.push(this.#receiver.pull(TICK_SAMPLES, this.now));
    }
    const samples = played.flatMap((block) => [...block]);
    return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  }

  press(digit: string): void {
    const timestamp = TIME_BASE + this.now * 8;
    for (const { payload, marker } of telephoneEventPackets(digit)) {
      const fields = { payloadType: EVENT.payloadType, payload, marker, timestamp, ssrc: this.ssrc };
      this.#receiver.push(packetOf({ ...fields, sequenceNumber: this.sequenceNumber++ }), this.now);
      this.#receiver.pull(TICK_SAMPLES, this.now);
      this.now += 20;
    }
  }
}

async function listening(changes: Partial<NegotiatedAudio> = {}) {
  const digits: string[] = [];
  const faults: unknown[] = [];
  const receive = [PCMA, OPUS];
  const media = audioMedia({ receive, telephoneEvent: { send: EVENT, receive: EVENT }, ...changes });
  const receiver = new AudioReceiver(media, {
    dtmf: (digit) => digits.push(digit),
    fault: (error) => faults.push(error),
  });
  const encoders = new Map([
    ['PCMA', await AudioEncoder.open('PCMA')],
    ['opus', await AudioEncoder.open('opus')],
  ]);
  // The decoders open in the background.
  await pause(100);
  const close = () => {
    receiver.close();
    for (const encoder of encoders.values()) {
      encoder.close();
    }
    assert.deepEqual(faults, []);
  };
  return { receiver, digits, close, microphone: new Microphone(receiver, encoders) };
}

test('a tone is heard; loss is covered and counted', async () => {
  const { receiver, close, microphone } = await listening();
  microphone.speak(PCMA, 10);
  assert.ok(Math.abs(microphone.speak(PCMA, 50) - 0.045) < 0.005);
  microphone.sequenceNumber += 1;
  microphone.speak(PCMA, 20);
  assert.equal(receiver.concealed, 1);
  assert.equal(receiver.counters.lost, 1);
  assert.equal(receiver.counters.packets, 80);
  close();
});

test('another codec in mid-stream is heard by its payload type, and its clock makes no jitter', async () => {
  const { receiver, close, microphone } = await listening();
  microphone.speak(PCMA, 20);
  microphone.speak(OPUS, 20);
  assert.ok(Math.abs(microphone.speak(OPUS, 50) - 0.045) < 0.01);
  assert.ok(receiver.statistics.jitterMs < 1, `${receiver.statistics.jitterMs} ms of jitter`);
  assert.equal(receiver.counters.packets, 90);
  assert.ok(receiver.playoutDelay <= 80, `${receiver.playoutDelay} ms`);
  close();
});

test('a party that uses the second codec of the answer from the start has no jitter either', async () => {
  const { receiver, close, microphone } = await listening({ receive: [OPUS, PCMA] });
  microphone.speak(PCMA, 50);
  assert.ok(receiver.statistics.jitterMs < 1, `${receiver.statistics.jitterMs} ms of jitter`);
  close();
});

test('another source is heard when the old one is silent', async () => {
  const { receiver, close, microphone } = await listening();
  microphone.speak(PCMA, 20);
  microphone.speak(PCMA, 10, false);
  microphone.ssrc = 2;
  microphone.sequenceNumber = 30_000;
  microphone.speak(PCMA, 10);
  assert.ok(Math.abs(microphone.speak(PCMA, 30) - 0.045) < 0.005);
  assert.equal(receiver.counters.lost, 0);
  close();
});

test('a digit is told once for all of its packets, and does not hold up the sound after it', async () => {
  const { digits, close, microphone } = await listening();
  microphone.speak(PCMA, 50);
  microphone.press('5');
  microphone.press('5');
  microphone.press('#');
  assert.deepEqual(digits, ['5', '5', '#']);
  // The line falls silent and comes back: sound begins after the usual delay.
  microphone.speak(PCMA, 10, false);
  const early = microphone.speak(PCMA, 10);
  assert.ok(early > 0.02, `power ${early} in the first 200 ms`);
  close();
});

test('payloads that are no sound cost only themselves; unknown payload types are not looked at', async () => {
  const { receiver, close, microphone } = await listening();
  microphone.speak(OPUS, 10);
  for (const payload of [Buffer.alloc(0), Buffer.from([0xff]), Buffer.alloc(1400, 0xff)]) {
    const { now } = microphone;
    receiver.push(
      packetOf({
        payloadType: OPUS.payloadType,
        payload,
        timestamp: now * 48,
        sequenceNumber: microphone.sequenceNumber++,
      }),
      now,
    );
    receiver.push(packetOf({ payloadType: 55, payload, sequenceNumber: 9 }), now);
    receiver.pull(TICK_SAMPLES, now);
    microphone.now += 20;
  }
  microphone.speak(OPUS, 10);
  assert.ok(microphone.speak(OPUS, 20) > 0.03);
  assert.equal(receiver.counters.packets, 43);
  close();
});
