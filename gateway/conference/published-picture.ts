import type { Producer } from 'mediasoup/types';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';

/** The mixed picture on its way from the engine to the browsers of a lesson. */
export interface PublishedPicture {
  /** Id of the engine leg that sends it. */
  readonly leg: string;
  readonly address: string;
  readonly port: number;
  /** One for each layer, lowest first. */
  readonly ssrcs: readonly number[];
  readonly media: NegotiatedVideo;
  readonly producer: Producer;
}
