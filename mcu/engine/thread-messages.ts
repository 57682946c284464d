import type { VideoCodec } from '#codecs/media/description.ts';
import type { PictureOrigin, ShownPicture } from '../picture/picture-origin.ts';
import type { Desired, Fact, LegFigures } from './protocol.ts';
import type { LegRecord } from './resume-record.ts';

/** What the two threads of an engine hand each other. Compressed pictures cross as transferred memory, never copied twice. */

/** Picture thread to I/O thread. */
export type ToIo =
  | { readonly type: 'desired'; readonly desired: Desired }
  /** What another engine left, for the legs of the next desired state. */
  | { readonly type: 'resume'; readonly records: readonly LegRecord[] }
  | {
      readonly type: 'encoded';
      readonly rendition: string;
      readonly data: Uint8Array;
      readonly isKeyFrame: boolean;
      /** Clock time (ms) that the picture stands for. */
      readonly time: number;
      /** The parties' pictures that it is the first to show, in this rendition. */
      readonly shown: readonly ShownPicture[];
    }
  /** Decoding of this leg cannot go on without a key frame. */
  | { readonly type: 'key-frame-needed'; readonly leg: string }
  /** The party of this leg asked for a key frame by signalling. */
  | { readonly type: 'key-frame'; readonly leg: string }
  | { readonly type: 'figures' }
  | { readonly type: 'stop' };

/** I/O thread to picture thread. */
export type ToPicture =
  | {
      readonly type: 'access-unit';
      readonly leg: string;
      readonly codec: VideoCodec['name'];
      readonly data: Uint8Array;
      readonly isKeyFrame: boolean;
      readonly isCorrupt: boolean;
      readonly origin: PictureOrigin;
    }
  /** A receiver of this rendition asks for a key frame. */
  | { readonly type: 'key-frame-asked'; readonly rendition: string }
  | { readonly type: 'applied'; readonly number: number; readonly unbound: string[] }
  /** `at`: clock time (ms) at which packets were counted. */
  | { readonly type: 'figures'; readonly at: number; readonly legs: LegFigures[]; readonly eventLoopDelay: number }
  | { readonly type: 'fact'; readonly fact: Fact }
  /** The loop of the I/O thread turns. The first one says that the thread is ready, and its kernel's number where it is known. */
  | { readonly type: 'heartbeat'; readonly task?: number | undefined };

/** What the I/O thread is started with. */
export interface IoThreadData {
  readonly wallOffset: number;
}
