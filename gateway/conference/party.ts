import type { Producer } from 'mediasoup/types';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { CallDirection, EndReason, Protocol } from '#signaling/call/call.ts';

import type { BrowserSide } from './browser-side.ts';

/** One stream of a party's leg as it is planned. Without `media` its port is held and nothing flows. */
export interface StreamPlan<Media> {
  readonly address: string;
  readonly port: number;
  /** Synchronisation source of what we send. */
  readonly ssrc: number;
  readonly media: Media | undefined;
}

/** The media side of a party as it should be. */
export interface LegPlan {
  readonly audio: StreamPlan<NegotiatedAudio>;
  readonly video: StreamPlan<NegotiatedVideo>;
  /** Whether the picture of the view is sent over this leg: browsers receive it from the media server instead. */
  readonly receivesView: boolean;
  readonly cameraOff: boolean;
  /** IP address that the party's signalling comes from, where it is known: its media may come from there too. */
  readonly host?: string;
}

/** Somebody in a lesson, whatever he dialled in with. */
export interface Party {
  /** The id of his call, and of his leg. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly direction: CallDirection;
  readonly name: string;
  /** Undefined before ports are held and after the call ended. */
  readonly plan: LegPlan | undefined;
  /** Whether he sends sound and pictures now. */
  readonly sends: { readonly audio: boolean; readonly video: boolean };
  /** His own picture as a producer of the lesson's room, for browsers that watch single sources; undefined while he sends none. */
  ownPicture(side: BrowserSide): Promise<Producer | undefined>;
  /** Somebody came, went or changed. */
  lessonChanged(): void;
  /** RTCP did not bring a key frame: ask for one by signalling. */
  requestKeyFrame(): void;
  /** Ends his call. */
  end(reason: EndReason): void;
}
