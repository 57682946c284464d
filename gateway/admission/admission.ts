import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Desired, FactOf } from '#mcu/engine/protocol.ts';
import type { Protocol } from '#signaling/call/call.ts';
import type { Lesson } from '../conference/lesson.ts';
import { AdmissionController, type AdmissionRefusal } from './admission-controller.ts';
import { Attendance, type Composition } from './composition.ts';
import { CAUTIOUS_TIMES, Costs, type PictureTimes } from './costs.ts';
import { type ProcessorReading, readProcessors, shareBetween } from './processor-share.ts';

/** Who wants to come in. */
export interface Newcomer {
  readonly protocol: Protocol;
  /** Whether he brings a picture, as far as is known. */
  readonly picture: boolean;
  /** He takes a place that he, or the one he follows, has or just had: its cost is no new one. */
  readonly returns: boolean;
}

/** The rules of admission, and where what they judge by is looked up. */
export interface AdmissionOptions {
  /** `admission` of the configuration. */
  readonly keys: { readonly enabled: boolean; readonly maximumLoad: number };
  readonly lessons: () => readonly Lesson[];
  /** What the engine should have now. */
  readonly desired: () => Pick<Desired, 'legs' | 'renditions'>;
  /** Ids of our processes. */
  readonly processes: () => readonly (number | undefined)[];
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** ms on one clock. */
  readonly now?: () => number;
}

interface AdmissionEvents {
  refused: [protocol: Protocol, reason: AdmissionRefusal];
}

/** Encodings that the first browser of a lesson makes needful (640x360 and 1280x720), and the first room. */
const FIRST_OF_LESSON = { webrtc: 1.25, room: 1 } as const;

/** Lets parties in as long as the machine carries them: brings what is measured to the controller and what it says to the log. */
export class Admission extends EventEmitter<AdmissionEvents> {
  readonly #options: AdmissionOptions;
  readonly #controller: AdmissionController;
  readonly #attendance = new Attendance();
  readonly #cores = availableParallelism();
  readonly #now: () => number;
  #reading: ProcessorReading | undefined;
  #isFull = false;

  constructor(options: AdmissionOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const costs = new Costs(CAUTIOUS_TIMES, this.#cores);
    this.#controller = new AdmissionController({ maximumLoad: options.keys.maximumLoad, costs });
  }

  /** Rooms of 1280x720 in lessons of four that the machine carries, as far as is known. */
  get capacity(): number {
    return this.#controller.capacity;
  }

  /** How full the machine is with those who are there; above 1 where it is over full. */
  get load(): number {
    return this.#controller.load(this.#now(), this.#present());
  }

  /** What pictures cost here was measured. */
  calibrated(times: PictureTimes): void {
    this.#controller.costs = new Costs(times, this.#cores);
    const { enabled, maximumLoad } = this.#options.keys;
    this.#options.log.info(
      { event: 'capacity', parties: this.capacity, cores: this.#cores, maximumLoad, enabled, times },
      `this machine carries about ${this.capacity} rooms of 720p in lessons of four`,
    );
  }

  /** The engine's report of a second, and how late the gateway's own loop was (ms). */
  reported(
    report: Pick<FactOf<'figures'>, 'mixTimes' | 'ticksSkipped' | 'eventLoopDelay'>,
    gatewayDelay: number,
  ): void {
    const now = this.#now();
    const reading = readProcessors(this.#options.processes(), now / 1000);
    const share = this.#reading === undefined ? undefined : shareBetween(this.#reading, reading, this.#cores);
    this.#reading = reading;
    const { mixTimes, ticksSkipped, eventLoopDelay } = report;
    this.#controller.observe(
      now,
      {
        mixTimes,
        ticksSkipped,
        eventLoopDelay: Math.max(eventLoopDelay.picture, eventLoopDelay.io, gatewayDelay),
        processor: share?.own,
        foreign: share?.foreign,
      },
      this.#present(),
    );
  }

  /** Why somebody does not get into a lesson, undefined where he does; `lesson` is undefined where it begins with him. */
  decide(lesson: Lesson | undefined, newcomer: Newcomer): AdmissionRefusal | undefined {
    const { keys, log } = this.#options;
    if (!keys.enabled || newcomer.returns) {
      return undefined;
    }
    const refusal = this.#controller.decide(this.#now(), this.#present(), costing(lesson, newcomer));
    if ((refusal !== undefined) !== this.#isFull) {
      this.#isFull = refusal !== undefined;
      const facts = { event: refusal === undefined ? 'machine-has-room' : 'machine-full', load: this.load };
      if (refusal === undefined) {
        log.info(facts, 'calls are let in again');
      } else {
        log.warn({ ...facts, reason: refusal }, 'the machine carries no more: calls are refused');
      }
    }
    if (refusal !== undefined) {
      this.emit('refused', newcomer.protocol, refusal);
    }
    return refusal;
  }

  #present(): Composition {
    const ids = this.#options.lessons().flatMap(({ parties }) => parties.map(({ id }) => id));
    const { legs, renditions } = this.#options.desired();
    return this.#attendance.count(ids, legs, renditions, this.#now());
  }
}

/** What is more with a newcomer. */
function costing(lesson: Lesson | undefined, { protocol, picture }: Newcomer): Composition {
  const isFirst =
    protocol === 'webrtc'
      ? lesson?.browserSide === undefined
      : lesson?.parties.some((party) => party.protocol !== 'webrtc') !== true;
  const first = FIRST_OF_LESSON[protocol === 'webrtc' ? 'webrtc' : 'room'];
  return { pictures: picture ? 1 : 0, sounds: picture ? 0 : 1, renditions: isFirst ? first : 0 };
}
