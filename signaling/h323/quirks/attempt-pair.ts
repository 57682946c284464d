import { pino } from 'pino';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { MediaExchange } from '../../call/call.ts';
import { ENDPOINT } from '../application/endpoint.ts';
import { CallAttempt } from '../call/call-attempt.ts';
import { type CallMessage, readCallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { nameOf } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { LOCAL } from '../media/example-side.ts';
import { ROOM } from './signalling-side.ts';

const GUID = Buffer.alloc(16, 3);

/** For tests: a call of ours to a room, both with whole stacks and H.245 in the tunnel. Time is given. */
export class AttemptPair {
  readonly ours: CallAttempt;
  readonly room: CallAttempt;
  /** What each was told. */
  readonly told: string[] = [];
  /** Contents of the TPKT packets that we sent. */
  readonly packets: Buffer[] = [];
  /** Which packets of the room do not come, by the names of what is in them; all come by themselves. */
  isLost: (names: readonly string[]) => boolean = () => false;
  #now = 0;
  readonly #toRoom: Buffer[] = [];
  readonly #toUs: Buffer[] = [];

  /** `vendor`: who made the room. */
  constructor(vendor: H225<'VendorIdentifier'>) {
    this.ours = this.#attempt('outbound', ENDPOINT, (packet) => {
      this.packets.push(packet);
      this.#toRoom.push(packet);
    });
    this.room = this.#attempt('inbound', { terminal: {}, mc: false, undefinedNode: false, vendor }, (packet) => {
      this.#toUs.push(packet);
    });
    this.ours.signalling.setup(
      { aliases: [], address: ROOM, rate: 30, sourceAliases: [], sourceAddress: ROOM, joins: false, fastStart: [] },
      0,
    );
    const [setup] = this.#toRoom.splice(0).map(readCallMessage);
    const body = setup?.pdu['h323-message-body'];
    if (setup !== undefined && body?.type === 'setup') {
      this.room.signalling.accept(setup, body.value);
      this.room.signalling.connect();
    }
    this.#settle();
  }

  /** Lets ms go by, a second at a time; `each` is done in each of them. */
  pass(time: number, each: () => void = () => undefined): void {
    for (const end = this.#now + time; this.#now < end; ) {
      this.#now += 1000;
      each();
      this.ours.tick();
      this.room.tick();
      this.#settle();
    }
  }

  /** Names of what went in our packets: messages of call signalling, and those of H.245 inside. */
  names(packets: readonly Buffer[] = this.packets): string[] {
    return packets
      .map(readCallMessage)
      .flatMap(({ type, pdu }: CallMessage) => [
        type,
        ...(pdu.h245Control ?? []).map((octets) => nameOf(h245.decode('MultimediaSystemControlMessage', octets))),
      ]);
  }

  #settle(): void {
    while (this.#toRoom.length + this.#toUs.length > 0) {
      for (const packet of this.#toRoom.splice(0)) {
        this.room.receive(readCallMessage(packet));
      }
      for (const packet of this.#toUs.splice(0).filter((sent) => !this.isLost(this.names([sent])))) {
        this.ours.receive(readCallMessage(packet));
      }
    }
  }

  #attempt(
    direction: 'inbound' | 'outbound',
    endpoint: H225<'EndpointType'>,
    send: (packet: Buffer) => void,
  ): CallAttempt {
    const port = direction === 'outbound' ? 20_000 : 30_000;
    const attempt: CallAttempt = new CallAttempt(
      {
        id: direction,
        signalling: {
          direction,
          callReference: 5,
          callIdentifier: GUID,
          conferenceIdentifier: GUID,
          endpoint,
          displayName: '',
          tunnelling: true,
        },
        remoteAddress: '127.0.0.1',
        localAddress: '127.0.0.1',
        local: LOCAL,
        h245Ports: { from: 1, to: 1 },
        send,
        released: () => undefined,
        now: () => this.#now,
        random: () => (direction === 'outbound' ? 0.2 : 0.4),
        log: pino({ level: 'silent' }),
      },
      {
        tunnelOpened: () => attempt.startH245(),
        fastStart: () => undefined,
        fastStartRefused: () => undefined,
        fastStartProposed: () => undefined,
        ringing: () => undefined,
        connected: () => this.told.push(`${direction} connected`),
        forwarded: () => undefined,
        released: (reason) => this.told.push(`${direction} ${reason}`),
        exchange: (exchange) => complete(exchange, port),
        keyFrameRequested: () => undefined,
        bitRateRequested: () => undefined,
        digits: (digits) => this.told.push(`${direction} keys ${digits}`),
      },
    );
    return attempt;
  }
}

function complete({ offer, complete: answer, refuse }: MediaExchange, port: number): void {
  const at = (place: number) => ({ address: '127.0.0.1', port: place });
  const result =
    offer === undefined
      ? { failure: 'no-common-media' as const }
      : negotiate(offer, LOCAL, { audio: at(port), main: at(port + 2) }, { origin: { sessionId: '1', version: '1' } });
  if ('failure' in result) {
    refuse(result.failure);
    return;
  }
  answer(result.answer).catch(() => refuse('internal-error'));
}
