import { randomInt } from 'node:crypto';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import type { AudioCodec, Codec, Direction, MediaDescription, StreamDescription } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, LocalTransport, NegotiatedMedia } from '#codecs/media/negotiated.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import { formatOf, type PictureFormat } from './picture-format.ts';

/** What a host wants of the next offer or answer; what is left out stays as it was last. */
export interface Wishes {
  /** The only sound codecs to be offered. */
  readonly audio?: readonly AudioCodec['name'][];
  /** The only picture formats to be offered. */
  readonly video?: readonly PictureFormat[];
  /** Of both streams, as the host sees it. */
  readonly direction?: Direction;
  /** Write 0.0.0.0 where the host's address would stand: the hold of RFC 2543 (RFC 3264 §8.4). */
  readonly withoutAddress?: boolean;
}

const NO_ADDRESS = '0.0.0.0';

/** Offers and answers of one call as SDP (RFC 3264), seen from the host. */
export class HostSession {
  readonly #capabilities: LocalCapabilities;
  readonly #transport: () => LocalTransport;
  readonly #origin = { sessionId: String(randomInt(1, 2 ** 47)), version: '1' };
  #wishes: Wishes = {};
  #previous: MediaDescription | undefined;

  /** `transport` tells where the host's streams are now. */
  constructor(capabilities: LocalCapabilities, transport: () => LocalTransport) {
    this.#capabilities = capabilities;
    this.#transport = transport;
  }

  /** Writes an offer, the first or a further one. */
  offer(wishes: Wishes = {}): string {
    this.#wishes = { ...this.#wishes, ...wishes };
    const offer = createOffer(this.#capabilities, this.#transport(), this.#session());
    this.#previous = { ...offer, streams: offer.streams.map((stream) => this.#wished(stream)) };
    return this.#write(this.#previous);
  }

  /** Answers an offer. @throws Error where it cannot be read or has nothing for the host */
  answer(sdp: string): { readonly sdp: string; readonly media: NegotiatedMedia } {
    const result = negotiate(read(sdp), this.#capabilities, this.#transport(), this.#session());
    if ('failure' in result) {
      throw new Error(`the offer has nothing for the host:\n${sdp}`);
    }
    this.#previous = result.answer;
    return { sdp: this.#write(result.answer), media: result.media };
  }

  /** Takes the answer to the last offer. @throws Error where it cannot be used */
  accept(sdp: string): NegotiatedMedia {
    if (this.#previous === undefined) {
      throw new Error('nothing was offered');
    }
    const result = acceptAnswer(this.#previous, read(sdp), this.#capabilities);
    if ('failure' in result) {
      throw new Error(`the answer cannot be used:\n${sdp}`);
    }
    return result.media;
  }

  #session(): Parameters<typeof createOffer>[2] {
    return { origin: this.#origin, ...(this.#previous === undefined ? {} : { previous: this.#previous }) };
  }

  #wished(stream: StreamDescription): StreamDescription {
    const { direction, withoutAddress } = this.#wishes;
    return {
      ...stream,
      codecs: stream.codecs.filter((codec) => this.#isWished(codec)),
      ...(direction === undefined ? {} : { direction }),
      ...(withoutAddress === true ? { address: { ...stream.address, address: NO_ADDRESS } } : {}),
    };
  }

  #isWished(codec: Codec): boolean {
    const { audio, video } = this.#wishes;
    switch (codec.name) {
      case 'telephone-event':
        return true;
      case 'opus':
      case 'G722':
      case 'PCMA':
      case 'PCMU':
        return audio?.includes(codec.name) ?? true;
      default:
        return video?.includes(formatOf(codec)) ?? true;
    }
  }

  #write(description: MediaDescription): string {
    return writeSdp(description, { address: this.#transport().audio.address });
  }
}

function read(sdp: string): MediaDescription {
  const result = readSdp(sdp);
  if ('fault' in result) {
    throw new Error(`a description cannot be read (${result.fault}):\n${sdp}`);
  }
  return result.description;
}
