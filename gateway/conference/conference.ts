import type { Logger } from 'pino';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { Engine } from '#mcu/engine/engine.ts';
import type { Desired } from '#mcu/engine/protocol.ts';
import type { Sfu } from '#mcu/sfu/sfu.ts';
import type { EndReason, Protocol } from '#signaling/call/call.ts';
import type { Admission, Newcomer } from '../admission/admission.ts';
import { type CallRecorder, NO_RECORDER } from '../diagnosis/call-recorder.ts';
import { BrowserSide } from './browser-side.ts';
import { buildDesired, type PictureLimits } from './desired-state.ts';
import { DtmfMerge, type DtmfMethod } from './dtmf-merge.ts';
import { type HeldPorts, LegPorts, PORT_TRIES } from './leg-ports.ts';
import { Lesson } from './lesson.ts';
import type { Party } from './party.ts';
import { PortPool } from './port-pool.ts';
import { Rebinding } from './rebinding.ts';

/** Engine, media server, classes and limits that all lessons share. */
export interface ConferenceOptions {
  readonly engine: Engine;
  /** The media server of browsers; undefined while there is none. */
  readonly sfu: () => Pick<Sfu, 'openRoom'> | undefined;
  readonly classes: readonly { readonly code: string; readonly title: string }[];
  readonly maximumParties: number;
  /** Whether the machine carries one party more; anybody where it is left out. */
  readonly admission?: Pick<Admission, 'decide'>;
  readonly ports: { readonly from: number; readonly to: number };
  readonly capabilities: LocalCapabilities;
  readonly limits: PictureLimits;
  readonly log: Logger;
  /** Told of every party that entered a lesson, for metrics. */
  readonly onEntered: (lesson: Lesson, party: Party) => void;
  /** Told of every call that ended, for metrics; with its party where it had entered. */
  readonly onEnded: (protocol: Protocol, reason: EndReason, party?: Party) => void;
  /** Told what calls do, for diagnosis. */
  readonly recorder?: CallRecorder;
  /** Told of every press of a key. */
  readonly onDigit: (party: Party, digit: string, method: DtmfMethod) => void;
}

/** Why nobody gets into a lesson: it is full or the machine is (`capacity`), or the service stops. */
export type EntryRefusal = Extract<EndReason, 'unknown-class' | 'capacity' | 'shutdown'>;

/** All lessons of this gateway: who is in them, and the one desired state of the engine that follows from it. */
export class Conference {
  readonly capabilities: LocalCapabilities;
  readonly log: Logger;
  /** Told what calls do, for diagnosis. */
  readonly recorder: CallRecorder;
  readonly #options: ConferenceOptions;
  readonly #lessons = new Map<string, Lesson>();
  readonly #ports: LegPorts;
  readonly #opening = new Map<Lesson, Promise<BrowserSide>>();
  readonly #digits = new Map<string, DtmfMerge>();
  #number = 0;
  #closing = false;

  constructor(options: ConferenceOptions) {
    this.#options = options;
    this.capabilities = options.capabilities;
    this.log = options.log;
    this.recorder = options.recorder ?? NO_RECORDER;
    this.#ports = new LegPorts(new PortPool(options.ports.from, options.ports.to));
    const rebinding = new Rebinding(
      () => this.commit().catch((error: unknown) => this.#onRefused(error)),
      (work, delay) => setTimeout(work, delay).unref(),
    );
    options.engine.on('unbound', () => rebinding.unbound());
    options.engine.on('restarted', () => rebinding.restarted());
    options.engine.on('key-frame-wanted', (leg) => this.party(leg)?.requestKeyFrame());
    options.engine.on('dtmf', (leg, digit, method) => {
      const party = this.party(leg);
      if (party !== undefined) {
        this.digit(party, digit, method);
      }
    });
  }

  /** Lessons with somebody in them. */
  get lessons(): readonly Lesson[] {
    return [...this.#lessons.values()];
  }

  /** Pairs of RTP ports that calls and relays may still take, and those in use. */
  get ports(): { readonly free: number; readonly used: number } {
    return this.#ports.pairs;
  }

  /** Whether a class has this code. */
  isClass(code: string): boolean {
    return this.#titleOf(code) !== undefined;
  }

  /** Who is in the lesson of a class now; nobody where there is no lesson. */
  parties(code: string): readonly Party[] {
    return this.#lessons.get(code)?.parties ?? [];
  }

  /** Whether as many are in the lesson of a class as there may be. */
  isFull(code: string): boolean {
    return this.parties(code).length >= this.#options.maximumParties;
  }

  /**
   * Why nobody gets into the lesson of a class now; undefined where somebody does. With `newcomer` it is asked whether the machine
   * carries him, too. Nothing is kept for who asks: `enter` asks again.
   */
  refusal(code: string, newcomer?: Newcomer): EntryRefusal | undefined {
    if (!this.isClass(code)) {
      return 'unknown-class';
    }
    if (this.#closing) {
      return 'shutdown';
    }
    if (this.isFull(code)) {
      return 'capacity';
    }
    const { admission } = this.#options;
    const isCarried = newcomer === undefined || admission?.decide(this.#lessons.get(code), newcomer) === undefined;
    return isCarried ? undefined : 'capacity';
  }

  /**
   * Brings a party into the lesson of a class, which begins with it where nobody is there: the one way into a lesson, and the only
   * place where one begins. Between asking and entering nobody can wait, so a class never has two.
   * @param make makes the party of the lesson that it is in from now on; not called where nobody gets in
   * @returns the party, or why nobody gets in, as `refusal` has it
   */
  enter<P extends Party>(code: string, make: (lesson: Lesson) => P, newcomer?: Newcomer): P | EntryRefusal {
    const refusal = this.refusal(code, newcomer);
    if (refusal !== undefined) {
      return refusal;
    }
    const lesson = this.#lessons.get(code) ?? new Lesson(code, this.#titleOf(code) ?? code);
    const party = make(lesson);
    this.#lessons.set(code, lesson);
    lesson.add(party);
    this.#options.onEntered(lesson, party);
    this.log.info({ event: 'party-entered', class: code, call: party.id, protocol: party.protocol }, 'entered');
    lesson.announce();
    return party;
  }

  /** Takes a party out; the last one closes the lesson. */
  leave(lesson: Lesson, party: Party, reason: EndReason): void {
    if (!lesson.remove(party)) {
      return;
    }
    this.log.info({ event: 'party-left', class: lesson.id, call: party.id, protocol: party.protocol, reason }, 'left');
    this.#options.onEnded(party.protocol, reason, party);
    this.recorder.ended(party.id, reason);
    this.#digits.delete(party.id);
    this.#closeUnused(lesson);
    lesson.announce();
    this.commit().catch((error: unknown) => this.#onRefused(error));
  }

  /** A call that ended before it entered a lesson, for metrics. */
  refused(protocol: Protocol, reason: EndReason): void {
    this.#options.onEnded(protocol, reason);
  }

  /** What the engine should have now. */
  get desired(): Desired {
    return buildDesired(this.#number, this.lessons, this.#options.limits);
  }

  /** Sends the engine what should be. Resolves to the legs whose ports are taken by others when it is so. */
  commit(): Promise<readonly string[]> {
    this.#number += 1;
    return this.#options.engine.apply(this.desired);
  }

  /**
   * Holds port pairs for a party: `plan` puts them into its plan, and is called again with others where one was taken.
   * Undefined when there are no ports.
   */
  async holdPorts(
    party: Party,
    pairs: number,
    plan: (ports: readonly number[]) => void,
  ): Promise<HeldPorts | undefined> {
    for (let attempt = 0; attempt < PORT_TRIES; attempt++) {
      const held = this.#ports.take(pairs);
      if (held === undefined) {
        return undefined;
      }
      plan(held.numbers);
      const unbound = await this.commit().catch((error: unknown) => {
        held.release();
        throw error;
      });
      if (!unbound.includes(party.id)) {
        this.recorder.note(party.id, `media ports ${held.numbers.join(', ')} of ours`);
        return held;
      }
      this.log.warn({ event: 'ports-taken', ports: held.numbers, call: party.id }, 'another program holds media ports');
      held.release();
    }
    return undefined;
  }

  /** What the lesson's browsers share; opened by the first. Rejects where they have all left before it was there. */
  browserSide(lesson: Lesson): Promise<BrowserSide> {
    const known = this.#opening.get(lesson);
    if (known !== undefined) {
      return known;
    }
    if (lesson.browserSide !== undefined) {
      return Promise.resolve(lesson.browserSide);
    }
    const opening = this.#openBrowserSide(lesson).finally(() => {
      if (this.#opening.get(lesson) === opening) {
        this.#opening.delete(lesson);
      }
    });
    this.#opening.set(lesson, opening);
    return opening;
  }

  /** The engine was told by signalling that this party wants a key frame. */
  giveKeyFrame(party: Party): void {
    this.#options.engine.giveKeyFrame(party.id);
  }

  /** Whether there is a media server for browsers. */
  get hasSfu(): boolean {
    return this.#options.sfu() !== undefined;
  }

  /** The media server is gone: what the browsers of each lesson shared is, too. */
  closeBrowserSides(): void {
    this.#opening.clear();
    for (const lesson of this.lessons) {
      lesson.browserSide?.close();
      lesson.browserSide = undefined;
    }
    this.commit().catch((error: unknown) => this.#onRefused(error));
  }

  /** A key was pressed, as one way of sending digits tells it: each press counts once. */
  digit(party: Party, digit: string, method: DtmfMethod): void {
    const merge = this.#digits.get(party.id) ?? new DtmfMerge();
    this.#digits.set(party.id, merge);
    if (merge.accepts(digit, method, performance.now())) {
      this.recorder.note(party.id, `a key was pressed (${method})`);
      this.#options.onDigit(party, digit, method);
    }
  }

  /** The party of a call. */
  party(id: string): Party | undefined {
    return this.lessons.flatMap(({ parties }) => parties).find((party) => party.id === id);
  }

  /** Lets nobody in any more. */
  drain(): void {
    this.#closing = true;
  }

  /** Whether nobody is let in any more. */
  get draining(): boolean {
    return this.#closing;
  }

  /** Ends every call. */
  close(): void {
    this.drain();
    for (const lesson of this.lessons) {
      for (const party of lesson.parties) {
        party.end('shutdown');
      }
    }
  }

  #titleOf(code: string): string | undefined {
    return this.#options.classes.find((entry) => entry.code === code)?.title;
  }

  #onRefused(error: unknown): void {
    this.log.error({ event: 'apply-failed', err: error }, 'engine refused');
  }

  /** Nothing is mixed for browsers, nor kept of a lesson, that nobody is left for. */
  #closeUnused(lesson: Lesson): void {
    if (!this.#hasBrowsers(lesson)) {
      lesson.browserSide?.close();
      lesson.browserSide = undefined;
    }
    if (lesson.parties.length === 0 && this.#lessons.get(lesson.id) === lesson) {
      this.#lessons.delete(lesson.id);
    }
  }

  #hasBrowsers(lesson: Lesson): boolean {
    return lesson.parties.some(({ protocol }) => protocol === 'webrtc');
  }

  async #openBrowserSide(lesson: Lesson): Promise<BrowserSide> {
    for (let attempt = 0; attempt < PORT_TRIES; attempt++) {
      const sfu = this.#options.sfu();
      if (sfu === undefined) {
        throw new Error('the media server of the browsers is not there');
      }
      const side = await BrowserSide.open(lesson.id, await sfu.openRoom(), this.#ports);
      if (!this.#hasBrowsers(lesson)) {
        side.close();
        throw new Error('every browser has left already');
      }
      lesson.browserSide = side;
      // An engine that ends meanwhile is no reason to refuse: its successor is given the newest state.
      const unbound = await this.commit().catch((error: unknown) => this.#onRefused(error));
      if (unbound?.includes(side.published.leg) !== true) {
        return side;
      }
      this.log.warn({ event: 'ports-taken', ports: [side.published.port] }, 'another program holds media ports');
      if (lesson.browserSide === side) {
        lesson.browserSide = undefined;
        side.close();
      }
    }
    throw new Error('other programs hold the ports for the mix');
  }
}
