import type { TransportAddress } from '#codecs/media/description.ts';
import type { EndReason } from '../../call/call.ts';
import type { TerminalList } from '../../call/room-call.ts';
import type { MessageDirection, MessageWay } from '../../call/trace.ts';
import { PerError } from '../asn1/per-error.ts';
import { type CallMessage, writeCallMessage } from '../h225/message.ts';
import { ConferenceControl } from '../h245/conference-control.ts';
import { type H245Message, nameOf } from '../h245/message.ts';
import { H245Session } from '../h245/session.ts';
import type { SessionOutput } from '../h245/session-output.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from '../media/capability-set.ts';
import { MediaControl } from '../media/media-control.ts';
import { H245Carriage } from '../transport/h245-carriage.ts';
import type { CallAttemptOptions, CallAttemptOutput } from './call-attempt-options.ts';
import { CallSignalling } from './call-signalling.ts';
import { mayConnectTo } from './control-address.ts';
import { Presence } from './presence.ts';
import { roundTripInterval } from './vendor-habits.ts';

/** H.323 table 1: an MCU that mixes sound and picture. */
const TERMINAL_TYPE = 190;
/** Messages of a call that cannot be read: more end it. */
const MAXIMUM_FAULTS = 5;
/** Octets of a message of H.245: with call signalling around it, it must go into a packet. */
const LONGEST_MESSAGE = 60_000;
/** What counts as a key. */
const NO_KEY = /[^0-9A-D*#]/g;

/** One try to have a call: signalling, control and media over one connection. A call that is forwarded elsewhere begins another one. */
export class CallAttempt {
  readonly signalling: CallSignalling;
  readonly media: MediaControl;
  readonly #options: CallAttemptOptions;
  readonly #output: CallAttemptOutput;
  readonly #session: H245Session;
  readonly #carriage: H245Carriage;
  readonly #presence = new Presence();
  readonly #conference: ConferenceControl;
  #listening: Promise<void> = Promise.resolve();
  #hasH245 = false;
  #hasHeardH245 = false;
  /** What is to be said of the picture once H.245 has begun: the newest of each kind. */
  readonly #early = new Map<'picture' | 'limit', () => void>();
  #isOver = false;
  #faults = 0;
  #askedAt: number;

  constructor(options: CallAttemptOptions, output: CallAttemptOutput) {
    this.#options = options;
    this.#output = output;
    this.#askedAt = options.now();
    this.signalling = new CallSignalling(options.signalling, {
      send: (message) => options.send(writeCallMessage(message)),
      h245: (messages) => this.#onTunnelled(messages),
      tunnelOpened: () => output.tunnelOpened(),
      connectionNeeded: (theirs, waiting) => {
        this.#openCarriage(theirs);
        for (const octets of waiting) {
          this.#sendH245(octets);
        }
      },
      fastStart: (channels) => output.fastStart(channels),
      fastStartRefused: () => output.fastStartRefused(),
      ringing: () => output.ringing(),
      connected: () => {
        this.#presence.answered(options.now());
        output.connected();
      },
      forwarded: (to) => output.forwarded(to),
      keypad: (digits) => output.digits(digits),
      released: (reason) => this.#onReleased(reason),
    });
    this.media = new MediaControl(options.local, () => this.#session, options.now, {
      exchange: (exchange) => output.exchange(exchange),
      refused: (reason) => this.end(reason),
      fastStartChosen: (channels) => this.signalling.answerFastStart(channels),
      fastStartProposed: (channels) => output.fastStartProposed(channels),
      keyFrameRequested: () => output.keyFrameRequested(),
      bitRateRequested: (bitRate) => output.bitRateRequested(bitRate),
    });
    this.#session = new H245Session({ terminalType: TERMINAL_TYPE, random: options.random }, this.#sessionOutput());
    this.#conference = new ConferenceControl(options.signalling.displayName, (message) => this.#sendMessage(message));
    this.#carriage = new H245Carriage({
      opened: () => this.#onCarriageOpened(),
      packet: (contents) => {
        this.#presence.heard(options.now());
        this.#traceControl('in', contents, this.#carriage.way);
        this.#onH245(contents);
      },
      sent: (contents, way) => this.#traceControl('out', contents, way),
      closed: () => this.#onCarriageClosed(),
    });
  }

  /** Resolves when our answer can say where we take H.245. */
  get listening(): Promise<void> {
    return this.#listening;
  }

  requestKeyFrame(): void {
    this.#command('picture', (channel) => this.#session.requestPicture(channel));
  }

  /** Asks to be sent so many bit/s of picture at the most; undefined lifts the limit. */
  limitPicture(bitRate: number | undefined): void {
    this.#command('limit', (channel) => this.#session.limit(channel, bitRate));
  }

  /** Whether the far side is there: it is asked in every way, and any word of it or media will do. */
  probe(): Promise<boolean> {
    return this.#isOver
      ? Promise.resolve(false)
      : this.#presence.probe(this.#options.now(), () => this.#askInEveryWay());
  }

  /** Media of the far side came `ago` ms ago: whatever it answers, it is there. */
  mediaHeard(ago: number): void {
    this.#presence.heard(this.#options.now() - ago);
  }

  /** Tells the room who is in its lesson. */
  showTerminals(list: TerminalList): void {
    if (!this.#isOver) {
      this.#conference.show(list);
      this.signalling.flush();
    }
  }

  /** Ends it; `released` is told. */
  end(reason: EndReason): void {
    if (!this.#isOver) {
      this.#endH245();
      this.signalling.release(reason);
    }
  }

  /** Ends it because the call is made anew elsewhere; nothing is told. */
  deflect(): void {
    if (!this.#isOver) {
      this.#endH245();
      this.signalling.deflect();
      this.#stop();
    }
  }

  /** A message of this call. */
  receive(message: CallMessage): void {
    this.#presence.heard(this.#options.now());
    this.signalling.receive(message, this.#options.now());
    this.signalling.flush();
  }

  /** Lets times run out; to be called a few times in a second. */
  tick(): void {
    const now = this.#options.now();
    this.signalling.tick(now);
    this.#session.tick(now);
    const absence = this.#presence.tick(now);
    if (absence === 'gone' || (absence === 'no-control' && !this.media.isRunning)) {
      this.end('signalling-timeout');
    }
    const interval = this.#roundTripInterval;
    if (interval !== undefined && now - this.#askedAt >= interval) {
      this.#askRoundTrip(now);
    }
    this.signalling.flush();
  }

  /** Begins H.245, once. */
  startH245(): void {
    if (!this.#hasH245 && !this.#isOver) {
      this.#hasH245 = true;
      this.#session.start(writeCapabilitySet(this.#options.local), this.#options.now());
      for (const say of this.#early.values()) {
        say();
      }
      this.#early.clear();
      this.signalling.flush();
    }
  }

  /** Begins H.245 where it goes through the tunnel: over a connection of its own it begins when that is there. */
  startH245IfTunnelled(): void {
    if (this.signalling.tunnels) {
      this.startH245();
    }
  }

  /** ms between round trips; undefined while none may be asked for. */
  get #roundTripInterval(): number | undefined {
    return this.#session.isEstablished ? roundTripInterval(this.signalling.remoteVendor) : undefined;
  }

  #askRoundTrip(now: number): void {
    this.#askedAt = now;
    this.#session.askRoundTrip(now);
  }

  #askInEveryWay(): void {
    this.signalling.askStatus();
    if (this.#roundTripInterval !== undefined) {
      this.#askRoundTrip(this.#options.now());
    }
    this.signalling.flush();
  }

  /** Says something about the picture that comes. Nothing goes before our capability set (H.323 §8.2): fast start brings pictures earlier. */
  #command(kind: 'picture' | 'limit', command: (channel: number) => void): void {
    if (!this.#hasH245) {
      this.#early.set(kind, () => this.#command(kind, command));
      return;
    }
    const channel = this.media.pictureChannel;
    if (channel !== undefined) {
      command(channel);
      this.signalling.flush();
    }
  }

  #openCarriage(theirs: TransportAddress | undefined): void {
    const { localAddress, h245Ports, remoteAddress, log, id } = this.#options;
    if (theirs !== undefined && mayConnectTo(theirs, remoteAddress)) {
      this.#carriage.connect(theirs, localAddress);
      return;
    }
    this.#listening = this.#carriage.listen(localAddress, h245Ports, remoteAddress).then(
      (address) => this.signalling.listensForH245(address),
      (error: unknown) => {
        log.error({ event: 'h245-port', call: id, err: error }, 'no port for H.245');
        this.end('internal-error');
      },
    );
  }

  /** Begins H.245, or goes on with what was begun in a tunnel that is no more: there the other side may not have listened. */
  #onCarriageOpened(): void {
    if (this.#hasH245 && !this.#hasHeardH245) {
      this.#session.repeat(this.#options.now());
    }
    this.startH245();
  }

  #onCarriageClosed(): void {
    // Some rooms close H.245 and go on by the tunnel or hang up by call signalling a moment later: the call tells.
    this.#carriage.close();
  }

  #onTunnelled(messages: readonly Uint8Array[]): void {
    if (!this.signalling.tunnels && this.#hasH245) {
      return;
    }
    this.startH245();
    for (const message of messages) {
      this.#onH245(message);
    }
    this.signalling.flush();
  }

  #onH245(octets: Uint8Array): void {
    if (this.#isOver) {
      return;
    }
    const { id, log, now } = this.#options;
    try {
      const message = h245.decode('MultimediaSystemControlMessage', octets);
      this.#hasHeardH245 = true;
      log.debug({ event: 'h245', call: id, message: nameOf(message) }, 'H.245');
      this.#session.receive(message, now());
    } catch (error) {
      if (!(error instanceof PerError)) {
        throw error;
      }
      this.#faults += 1;
      log.info({ event: 'h245-unreadable', call: id, fault: error.message }, 'unreadable H.245');
      if (this.#faults > MAXIMUM_FAULTS) {
        this.end('bad-request');
      }
    }
  }

  #sendH245(octets: Uint8Array): void {
    if (this.signalling.tunnels) {
      this.signalling.tunnel(octets);
    } else if (this.#carriage.isOpen || this.#hasHeardH245) {
      this.#carriage.send(octets);
    }
    // What goes into a tunnel that is no more, to who has not listened there, is said again when there is a connection.
  }

  #traceControl(direction: MessageDirection, packet: Uint8Array, way: MessageWay | undefined): void {
    if (way !== undefined) {
      this.#options.trace?.message(this.#options.id, direction, { channel: 'control', packet, way });
    }
  }

  #sessionOutput(): SessionOutput {
    const { media } = this;
    return {
      send: (message) => this.#sendMessage(message),
      established: () => {
        this.#presence.controlled();
        media.established();
        this.#conference.established();
      },
      capabilities: (set, isEmpty) => media.capabilities(set, isEmpty),
      channelOffered: (channel) => media.channelOffered(channel),
      channelClosed: (channel) => media.channelClosed(channel),
      channelOpened: (channel, ack) => media.channelOpened(channel, ack),
      channelRefused: (channel) => media.channelRefused(channel),
      ownChannelClosed: (channel) => media.ownChannelClosed(channel),
      miscellaneous: (message, kind) => media.miscellaneous(message, kind),
      flowControl: (scope, bitRate, kind) => media.flowControl(scope, bitRate, kind),
      userInput: (digits) => this.#output.digits(digits.replaceAll(NO_KEY, '')),
      modeRequested: (modes) => media.modeRequested(modes),
      other: (message) => this.#onOther(message),
      roundTrip: () => undefined,
      roundTripUnanswered: (askedAt) =>
        this.#presence.unanswered(askedAt, this.#options.now(), () => this.#askInEveryWay()),
      failed: (procedure, why) => {
        const { id, log } = this.#options;
        log.info({ event: 'h245-failed', call: id, procedure, why }, 'a procedure of H.245 failed');
        this.end('signalling-timeout');
      },
      // The far side ends the control session: the call ends with it, as it does by ReleaseComplete (H.323 §8.5).
      ended: () => this.end('remote-hangup'),
    };
  }

  /** A message that belongs to no procedure of the session. Whether it was dealt with: requests want an answer. */
  #onOther(message: H245Message): boolean {
    const answer =
      message.type === 'request' && message.value.type === 'conferenceRequest'
        ? this.#conference.answer(message.value.value)
        : undefined;
    if (answer !== undefined) {
      this.#sendMessage(answer);
    }
    return answer !== undefined || message.type !== 'request';
  }

  #sendMessage(message: H245Message): void {
    const octets = h245.encode('MultimediaSystemControlMessage', message);
    // What they sent and we do not understand is said again to them, however long it is.
    if (octets.length <= LONGEST_MESSAGE) {
      this.#sendH245(octets);
    }
  }

  #endH245(): void {
    if (this.#hasH245) {
      this.#session.end();
      this.signalling.flush();
    }
  }

  #onReleased(reason: EndReason): void {
    if (!this.#isOver) {
      this.#stop();
      this.#output.released(reason);
    }
  }

  #stop(): void {
    this.#isOver = true;
    this.#presence.over();
    this.#carriage.close();
    this.#options.released();
  }
}
