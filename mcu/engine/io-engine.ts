import { setTimeout as sleep } from 'node:timers/promises';
import type { VideoCodec } from '#codecs/media/description.ts';
import { newPacketiser } from '#codecs/rtp/payload/new-packetiser.ts';
import type { VideoPacketiser } from '#codecs/rtp/payload/video-payload.ts';
import { Leg, type LegOutput } from '../leg/leg.ts';
import { guardedSound } from '../sound/guarded-sound.ts';
import { SoundMixer, type SoundParty, TICK_MS } from '../sound/sound-mixer.ts';
import type { Clock } from './clock.ts';
import type { Desired, LegDesired, LegFigures } from './protocol.ts';
import { RecordReporter } from './record-reporter.ts';
import type { LegRecord } from './resume-record.ts';
import type { ToIo, ToPicture } from './thread-messages.ts';

/** Octets of RTP payload: with RTP, UDP, IP and a tunnel's headers it passes everywhere. */
const MAXIMUM_PAYLOAD = 1200;
/** Ticks of sound made up after a stall; what is older is given up. */
const MAXIMUM_CATCH_UP = 10;

/** ms between two looks at what another engine would need to go on. */
const RECORD_DISTANCE = 100;
/** ms after a resume in which ports may still be those of the dead engine, and between two tries to bind them. */
const BIND_PATIENCE = 1000;
const BIND_DISTANCE = 20;

/** Diagnosis yields to media where the event loop is held up for so many ms, 99th percentile. */
const BUSY_DELAY = 150;

type Encoded = Extract<ToIo, { type: 'encoded' }>;

/** The I/O half of the engine: legs and their sockets, the sound of every lesson. */
export class IoEngine {
  readonly #clock: Clock;
  readonly #post: (message: ToPicture, transfer?: readonly ArrayBuffer[]) => void;
  readonly #legs = new Map<string, Leg>();
  readonly #sound: SoundMixer;
  readonly #packetisers = new Map<string, VideoPacketiser>();
  /** bit/s by rendition. */
  #rates: ReadonlyMap<string, number> = new Map();
  #applying: Promise<void> = Promise.resolve();
  #nextSound: number;
  readonly #reporter = new RecordReporter();
  #nextRecords = 0;
  /** What another engine left, of legs that are not open yet. */
  readonly #records = new Map<string, LegRecord>();
  #bindUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock, post: (message: ToPicture, transfer?: readonly ArrayBuffer[]) => void) {
    this.#clock = clock;
    this.#post = post;
    this.#sound = new SoundMixer((error) => this.fault('audio-encoder-failed', error));
    this.#nextSound = clock.now();
  }

  /** The legs of the next state go on where another engine stopped. */
  resume(records: readonly LegRecord[]): void {
    for (const record of records) {
      this.#records.set(record.leg, record);
    }
    this.#bindUntil = this.#clock.now() + BIND_PATIENCE;
  }

  /** Makes the desired state so, one after the other; says so when it is. */
  apply(desired: Desired): Promise<void> {
    this.#applying = this.#applying.catch(() => undefined).then(() => this.#apply(desired));
    return this.#applying;
  }

  /** Sends an encoded picture to every leg that carries its rendition: packetised once for each payload format. */
  encoded({ rendition, data, isKeyFrame, time, shown }: Encoded): void {
    const byFormat = new Map<string, ReturnType<VideoPacketiser['packetise']>>();
    for (const leg of this.#legs.values()) {
      const format = leg.video?.payloadFormat;
      if (leg.video === undefined || format === undefined || !leg.video.carries(rendition)) {
        continue;
      }
      const key = formatKey(format);
      const payloads = byFormat.get(key) ?? this.#packetiser(rendition, format).packetise(data);
      byFormat.set(key, payloads);
      this.#guarded(leg, () => leg.video?.picture(rendition, payloads, isKeyFrame, time));
    }
    if (byFormat.size > 0) {
      const now = this.#clock.now();
      for (const picture of shown) {
        this.#legs.get(picture.leg)?.leftInMix(picture, now);
      }
    }
  }

  needKeyFrame(leg: string): void {
    this.#legs.get(leg)?.video?.needKeyFrame();
  }

  giveKeyFrame(leg: string): void {
    this.#legs.get(leg)?.video?.giveKeyFrame();
  }

  /** The beat of a few milliseconds: sound when it is due, then every leg's timers. */
  tick(): void {
    const now = this.#clock.now();
    if (now - this.#nextSound > MAXIMUM_CATCH_UP * TICK_MS) {
      this.#nextSound = now;
    }
    while (this.#nextSound <= now) {
      const parties = [...this.#legs.values()]
        .map((leg) => this.#soundParty(leg))
        .filter((party) => party !== undefined);
      this.#sound.tick(parties, this.#nextSound);
      this.#nextSound += TICK_MS;
    }
    for (const leg of this.#legs.values()) {
      this.#guarded(leg, () => leg.tick(now));
    }
    if (now >= this.#nextRecords) {
      this.#nextRecords = now + RECORD_DISTANCE;
      this.#tellRecords(now);
    }
  }

  figures(): LegFigures[] {
    const now = this.#clock.now();
    return [...this.#legs.values()].map((leg) => leg.figures(now, this.#rates));
  }

  /** Tells the gateway what legs did since the last time, for diagnosis. `eventLoopDelay` in ms: it yields where that is long. */
  tellLegEvents(eventLoopDelay: number): void {
    this.#tellLegEvents([...this.#legs.values()], eventLoopDelay);
  }

  /** Tells the gateway's log. */
  fault(event: string, error: unknown, leg?: string): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#post({
      type: 'fact',
      fact: { type: 'log', level: 'error', event, detail: { message, ...(leg === undefined ? {} : { leg }) } },
    });
  }

  close(): void {
    this.#closed = true;
    for (const leg of this.#legs.values()) {
      leg.close();
    }
    this.#legs.clear();
    this.#sound.close();
  }

  /** Tells the gateway what another engine would need. */
  #tellRecords(now: number): void {
    const all: LegRecord[] = [];
    for (const leg of this.#legs.values()) {
      this.#guarded(leg, () => all.push(leg.record(now)));
    }
    const records = this.#reporter.due(all);
    if (records.length > 0) {
      this.#post({ type: 'fact', fact: { type: 'resume-records', records } });
    }
  }

  async #apply(desired: Desired): Promise<void> {
    const wanted = new Map(desired.legs.map((leg) => [leg.id, leg]));
    for (const [id, leg] of this.#legs) {
      const next = wanted.get(id);
      if (next === undefined || !leg.accepts(next)) {
        this.#legs.delete(id);
        leg.close();
        this.#tellLegEvents([leg], 0);
      }
    }
    // Each is brought up to date when it is there: none waits for the ports of another.
    const opened = await Promise.all(desired.legs.map((leg) => this.#bringUpToDate(leg)));
    const unbound = opened.filter((id) => id !== undefined);
    this.#records.clear();
    this.#rates = new Map(desired.renditions.map(({ id, bitRate }) => [id, bitRate]));
    this.#forgetPacketisers(desired);
    this.#post({ type: 'applied', number: desired.number, unbound });
  }

  #tellLegEvents(of: readonly Leg[], eventLoopDelay: number): void {
    const busy = eventLoopDelay > BUSY_DELAY;
    const legs = of.map(({ id, trace }) => trace.take(id, busy)).filter((told) => told !== undefined);
    if (legs.length > 0) {
      this.#post({ type: 'fact', fact: { type: 'leg-events', legs } });
    }
  }

  /** A fault of ours with one leg costs that leg, not all the others. */
  #guarded(leg: Leg, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(leg, error);
    }
  }

  #fail(leg: Leg, error: unknown): void {
    if (this.#legs.get(leg.id) === leg) {
      this.#legs.delete(leg.id);
    }
    this.fault('leg-failed', error, leg.id);
    try {
      leg.close();
    } catch (closing) {
      this.fault('leg-close-failed', closing, leg.id);
    }
  }

  #soundParty(leg: Leg): SoundParty | undefined {
    let party: SoundParty | undefined;
    this.#guarded(leg, () => {
      party = leg.soundParty();
    });
    return guardedSound(party, (error) => this.#fail(leg, error));
  }

  /** Resolves to the id of a leg whose ports are taken. */
  async #bringUpToDate(desired: LegDesired): Promise<string | undefined> {
    const leg = this.#legs.get(desired.id) ?? (await this.#open(desired));
    if (leg === undefined) {
      return desired.id;
    }
    if (!this.#closed) {
      this.#guarded(leg, () => leg.update(desired));
    }
    return undefined;
  }

  /** Resolves to undefined where the ports are taken. */
  async #open(desired: LegDesired): Promise<Leg | undefined> {
    for (;;) {
      const leg: Leg = new Leg(
        desired,
        this.#clock,
        this.#output((work) => this.#guarded(leg, work)),
        this.#records.get(desired.id),
      );
      try {
        await leg.bind();
        if (this.#closed) {
          leg.close();
        } else {
          this.#legs.set(desired.id, leg);
        }
        return leg;
      } catch (error) {
        if (this.#closed || !isTaken(error) || this.#clock.now() >= this.#bindUntil) {
          this.fault('bind-failed', error, desired.id);
          return undefined;
        }
        await sleep(BIND_DISTANCE);
      }
    }
  }

  /** `guarded` runs what a datagram brings about: a fault costs the leg. */
  #output(guarded: (work: () => void) => void): LegOutput {
    return {
      guarded,
      frame: (leg, codec, { data, isKeyFrame, isCorrupt }, origin) => {
        // A copy of its own that can be handed over whole: Buffers share their memory with others.
        const owned = new Uint8Array(data.length);
        owned.set(data);
        this.#post({ type: 'access-unit', leg, codec, data: owned, isKeyFrame, isCorrupt, origin }, [owned.buffer]);
      },
      packet: (source, packet, lostBefore) => {
        for (const leg of this.#legs.values()) {
          this.#guarded(leg, () => leg.video?.forward(source, packet, lostBefore));
        }
      },
      sourceKeyFrameAsked: (source) => this.needKeyFrame(source),
      keyFrameAsked: (rendition) => this.#post({ type: 'key-frame-asked', rendition }),
      keyFrameWantedBySignalling: (leg) => this.#post({ type: 'fact', fact: { type: 'key-frame-wanted', leg } }),
      dtmf: (leg, digit, method) => this.#post({ type: 'fact', fact: { type: 'dtmf', leg, digit, method } }),
      fault: (leg, error) => this.fault('leg-failed', error, leg),
    };
  }

  #packetiser(rendition: string, format: VideoCodec): VideoPacketiser {
    const key = `${rendition} ${formatKey(format)}`;
    const packetiser =
      this.#packetisers.get(key) ?? newPacketiser(format, MAXIMUM_PAYLOAD, Math.floor(Math.random() * 0x8000));
    this.#packetisers.set(key, packetiser);
    return packetiser;
  }

  #forgetPacketisers(desired: Desired): void {
    const renditions = new Set(desired.renditions.map(({ id }) => id));
    for (const key of this.#packetisers.keys()) {
      const [rendition = ''] = key.split(' ');
      if (!renditions.has(rendition)) {
        this.#packetisers.delete(key);
      }
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function formatKey(format: VideoCodec): string {
  return format.name === 'H264' ? `H264/${format.h264.packetizationMode}` : format.name;
}
