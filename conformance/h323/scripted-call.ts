import { connect, type Socket } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { readCallMessage } from '#signaling/h323/h225/message.ts';
import { h245 } from '#signaling/h323/h245/types.ts';
import { TpktReader } from '#signaling/h323/tpkt/tpkt.ts';
import type { ScriptedMessages, Template } from './scripted-messages.ts';

/** Which call it is. */
export interface CallIdentity {
  /** 1 to 32767. */
  readonly reference: number;
  /** 16 octets. */
  readonly identifier: Uint8Array;
  /** Address that it comes from; whichever leads there without one. */
  readonly localAddress?: string | undefined;
}

/** ms for all of a call. */
const PATIENCE = 10_000;

/**
 * Calls, and hangs up when all is agreed: the call is answered with channels of fast start, both sides know each other's capabilities,
 * and who is master. Resolves when the called side has closed the connection; rejects with what was missing.
 */
export async function makeScriptedCall(
  messages: ScriptedMessages,
  to: TransportAddress,
  identity: CallIdentity,
): Promise<void> {
  const socket = connect({
    host: to.address,
    port: to.port,
    noDelay: true,
    ...(identity.localAddress === undefined ? {} : { localAddress: identity.localAddress }),
  });
  const call = new ScriptedCall(messages, identity, socket);
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}; missing: ${call.missing.join(', ')}`));
    const late = setTimeout(() => {
      fail(`not within ${PATIENCE} ms`);
      socket.destroy();
    }, PATIENCE);
    socket.on('data', (chunk: Buffer) => {
      try {
        call.receive(chunk);
      } catch (error) {
        fail(String(error));
        socket.destroy();
      }
    });
    socket.on('error', (error) => fail(String(error)));
    socket.on('close', () => {
      clearTimeout(late);
      if (call.isReleased) {
        resolve();
      } else {
        fail('the connection was closed');
      }
    });
    call.begin();
  });
}

type Step =
  | 'connect'
  | 'fast start'
  | 'their capabilities'
  | 'their word on ours'
  | 'master or slave'
  | 'our word on it';

class ScriptedCall {
  isReleased = false;
  readonly #messages: ScriptedMessages;
  readonly #identity: CallIdentity;
  readonly #socket: Socket;
  readonly #reader = new TpktReader();
  readonly #missing = new Set<Step>([
    'connect',
    'fast start',
    'their capabilities',
    'their word on ours',
    'master or slave',
    'our word on it',
  ]);

  constructor(messages: ScriptedMessages, identity: CallIdentity, socket: Socket) {
    this.#messages = messages;
    this.#identity = identity;
    this.#socket = socket;
  }

  get missing(): readonly Step[] {
    return [...this.#missing];
  }

  begin(): void {
    this.#send(this.#messages.setup);
  }

  /** @throws Error where the call was refused, or cannot be read */
  receive(chunk: Buffer): void {
    for (const packet of this.#reader.push(chunk)) {
      if (!this.isReleased) {
        this.#onMessage(packet);
      }
    }
  }

  #onMessage(packet: Buffer): void {
    const { type, pdu } = readCallMessage(packet);
    const body = pdu['h323-message-body'];
    if (type === 'releaseComplete') {
      throw new Error(`refused: ${JSON.stringify(body)}`);
    }
    if (body.type !== 'unknown' && body.value !== null && 'fastStart' in body.value && body.value.fastStart) {
      this.#missing.delete('fast start');
    }
    if (type === 'connect' && this.#missing.delete('connect')) {
      this.#send(this.#messages.capabilities);
    }
    for (const octets of pdu.h245Control ?? []) {
      this.#onControl(octets);
    }
    if (this.#missing.size === 0) {
      this.isReleased = true;
      this.#send(this.#messages.release);
      this.#socket.end();
    }
  }

  #onControl(octets: Uint8Array): void {
    const message = h245.decode('MultimediaSystemControlMessage', octets);
    if (message.type !== 'request' && message.type !== 'response') {
      return;
    }
    switch (message.value.type) {
      case 'terminalCapabilitySet':
        this.#missing.delete('their capabilities');
        this.#send(this.#messages.capabilitiesAck);
        break;
      case 'terminalCapabilitySetAck':
        this.#missing.delete('their word on ours');
        this.#send(this.#messages.determination);
        break;
      case 'masterSlaveDetermination':
        this.#acknowledgeDetermination();
        break;
      case 'masterSlaveDeterminationAck':
        this.#missing.delete('master or slave');
        this.#acknowledgeDetermination();
        break;
      case 'terminalCapabilitySetReject':
      case 'masterSlaveDeterminationReject':
        throw new Error(message.value.type);
      default:
        break;
    }
  }

  /** Once, whichever of their messages wants it first (H.245 Annex C.2). */
  #acknowledgeDetermination(): void {
    if (this.#missing.delete('our word on it')) {
      this.#send(this.#messages.determinationAck);
    }
  }

  #send(template: Template): void {
    this.#socket.write(template.of(this.#identity.reference, this.#identity.identifier));
  }
}
