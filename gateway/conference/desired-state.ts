import { type Desired, ENGINE_PROTOCOL_VERSION, type LegDesired, type RenditionDesired } from '#mcu/engine/protocol.ts';
import { canonicalName } from './canonical-name.ts';
import type { ForwardedPicture } from './forwarded-picture.ts';
import type { Party } from './party.ts';
import type { PublishedPicture } from './published-picture.ts';
import { BROWSER_LAYERS, browserLayer, chooseRendition } from './rendition-choice.ts';

/** What the builder needs to know of a lesson. */
export interface LessonState {
  readonly id: string;
  /** In the order of joining, which is the order of the cells. */
  readonly parties: readonly Party[];
  /** The mix as it is published to browsers; undefined while none is there. */
  readonly published: PublishedPicture | undefined;
  /** Pictures of rooms that are sent on to browsers as they are. */
  readonly forwarded: readonly ForwardedPicture[];
}

/** Ceilings of what is made, from configuration. */
export interface PictureLimits {
  /** 720 or 1080. */
  readonly maximumHeight: number;
  /** bit/s of one picture. */
  readonly maximumBitRate: number;
}

/** The whole state that the engine should be in. Pure: the same lessons give the same state. */
export function buildDesired(number: number, lessons: readonly LessonState[], limits: PictureLimits): Desired {
  const legs: LegDesired[] = [];
  const renditions = new Map<string, RenditionDesired>();
  const share = (rendition: RenditionDesired): string => {
    renditions.set(rendition.id, rendition);
    return rendition.id;
  };
  const views = lessons.map((lesson) => {
    const view = viewOf(lesson);
    for (const party of lesson.parties) {
      const leg = legOf(lesson, party, (video) => share(chooseRendition(view, video, limits.maximumHeight)));
      if (leg !== undefined) {
        legs.push(leg);
      }
    }
    if (lesson.published !== undefined) {
      const layers = BROWSER_LAYERS.map((layer) => share(browserLayer(view, layer, limits.maximumBitRate)));
      legs.push(publishedLeg(lesson, lesson.published, layers));
    }
    legs.push(...lesson.forwarded.map((picture) => forwardedLeg(lesson, picture)));
    return { id: view, layout: 'grid' as const, sources: legs.filter(isSourceIn(lesson)).map(({ id }) => id) };
  });
  return { version: ENGINE_PROTOCOL_VERSION, number, legs, views, renditions: [...renditions.values()] };
}

function viewOf({ id }: LessonState): string {
  return `view-${id}`;
}

function isSourceIn(lesson: LessonState): (leg: LegDesired) => boolean {
  const parties = new Set(lesson.parties.map(({ id }) => id));
  return ({ id }) => parties.has(id);
}

function legOf(
  lesson: LessonState,
  party: Party,
  renditionFor: (video: Parameters<typeof chooseRendition>[1]) => string,
): LegDesired | undefined {
  const { plan } = party;
  if (plan === undefined) {
    return undefined;
  }
  const { audio, video } = plan;
  const receivesPicture =
    plan.receivesView && video.media !== undefined && ['sendrecv', 'sendonly'].includes(video.media.direction);
  return {
    id: party.id,
    lesson: lesson.id,
    name: party.name,
    cname: canonicalName(lesson.id),
    cameraOff: plan.cameraOff,
    ...(plan.host === undefined ? {} : { host: plan.host }),
    audio: {
      local: { address: audio.address, port: audio.port },
      ssrc: audio.ssrc,
      ...(audio.media === undefined ? {} : { media: audio.media }),
    },
    video: {
      local: { address: video.address, port: video.port },
      ...(video.media === undefined ? {} : { media: video.media }),
      outputs:
        receivesPicture && video.media !== undefined
          ? [{ ssrc: video.ssrc, rendition: renditionFor(video.media) }]
          : [],
    },
  };
}

function forwardedLeg(lesson: LessonState, picture: ForwardedPicture): LegDesired {
  return {
    id: picture.leg,
    lesson: lesson.id,
    name: '',
    cname: canonicalName(picture.source),
    cameraOff: false,
    video: {
      local: { address: picture.address, port: picture.port },
      media: picture.media,
      outputs: [{ ssrc: picture.ssrc, source: picture.source }],
    },
  };
}

function publishedLeg(lesson: LessonState, published: PublishedPicture, layers: readonly string[]): LegDesired {
  return {
    id: published.leg,
    lesson: lesson.id,
    name: '',
    cname: canonicalName(lesson.id),
    cameraOff: false,
    video: {
      local: { address: published.address, port: published.port },
      media: published.media,
      outputs: layers.flatMap((rendition, index) => {
        const ssrc = published.ssrcs[index];
        return ssrc === undefined ? [] : [{ ssrc, rendition }];
      }),
    },
  };
}
