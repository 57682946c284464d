import type { Producer } from 'mediasoup/types';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';

/** A room's own picture on its way to browsers that watch single sources: sent on as it is, no transcoding. */
export interface ForwardedPicture {
  /** Id of the engine leg that sends it on. */
  readonly leg: string;
  /** The leg whose picture it is. */
  readonly source: string;
  readonly address: string;
  readonly port: number;
  readonly ssrc: number;
  readonly media: NegotiatedVideo;
  readonly producer: Producer;
  /** Ends it and gives its port back. */
  close(): void;
}
