import { type H261Codec, type H263Codec, PICTURE_SIZES, type VideoCodec } from '#codecs/media/description.ts';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { fits, pictureSizes } from '#codecs/media/video-format.ts';
import type { RenditionDesired } from '#mcu/engine/protocol.ts';

/** Picture sizes that are made, largest first, with the bit rate (bit/s) at which each looks right at 25 pictures a second. */
const SIZES = [
  { width: 1920, height: 1080, bitRate: 3_000_000, least: 1_600_000 },
  { width: 1280, height: 720, bitRate: 1_500_000, least: 650_000 },
  { width: 640, height: 360, bitRate: 512_000, least: 256_000 },
  { width: 320, height: 180, bitRate: 192_000, least: 0 },
  // For receivers of H.264 whose level has no more: 1.1, and 1 or 1b.
  { width: 160, height: 90, bitRate: 96_000, least: 0 },
  { width: 144, height: 80, bitRate: 64_000, least: 0 },
] as const;

/** The same for the sizes of H.261 and H.263. 16CIF is not made: who takes it takes CIF, and no old room shows more than 4CIF. */
const OLD_SIZES = [
  { size: 'CIF4', bitRate: 1_000_000, least: 650_000 },
  { size: 'CIF', bitRate: 512_000, least: 128_000 },
  { size: 'QCIF', bitRate: 192_000, least: 0 },
  { size: 'SQCIF', bitRate: 128_000, least: 0 },
] as const;

/** bit/s; legs whose lines are alike meet in one class and share its encoding. */
const RATE_CLASSES = [
  3_000_000, 2_000_000, 1_500_000, 1_000_000, 768_000, 512_000, 384_000, 256_000, 192_000, 128_000, 64_000,
];

/** Pictures per second of every rendition, where the receiver takes as many. */
const FRAME_RATE = 25;
const QCIF = { ...PICTURE_SIZES.QCIF, frameRate: FRAME_RATE };

/**
 * Largest NAL units, octets: the first is for packetization-mode 0, as it passes everywhere with RTP, UDP and IP headers; the others are
 * for receivers that wish for shorter ones, which meet in a few classes.
 */
const SLICE_BYTES = [1180, 800, 500, 300] as const;
/** Who recommends units as long as this wants no slices: so long are pictures. */
const WHOLE_PICTURES = 64_000;

/** The layers of the mix that browsers are given, lowest first. */
export const BROWSER_LAYERS = [
  { width: 640, height: 360, bitRate: 512_000 },
  { width: 1280, height: 720, bitRate: 1_500_000 },
] as const;

/** The encoding of `view` that suits what a party can take: as large as its limits and its line allow. */
export function chooseRendition(
  view: string,
  video: Pick<NegotiatedVideo, 'send' | 'sendBitRate'>,
  maximumHeight: number,
): RenditionDesired {
  const { send, sendBitRate } = video;
  if (send.name !== 'H264' && send.name !== 'VP8') {
    return chooseOldRendition(view, send, sendBitRate);
  }
  const allowed = SIZES.filter(
    ({ width, height }) => height <= maximumHeight && fits(send, { width, height, frameRate: FRAME_RATE }),
  );
  const size = allowed.find(({ least }) => sendBitRate >= least) ?? allowed.at(-1) ?? SIZES[5];
  const bitRate = rateClass(Math.min(size.bitRate, sendBitRate));
  const slice = sliceFor(send);
  return named({
    view,
    codec: send.name,
    width: size.width,
    height: size.height,
    frameRate: FRAME_RATE,
    bitRate,
    ...(slice === undefined ? {} : { maximumSliceBytes: slice }),
  });
}

/** The longest slices that a receiver of H.264 takes or wishes for; undefined where any will do. */
function sliceFor(send: VideoCodec): number | undefined {
  if (send.name !== 'H264') {
    return undefined;
  }
  const { packetizationMode, recommendedNalUnit = WHOLE_PICTURES } = send.h264;
  return packetizationMode === 1 && recommendedNalUnit >= WHOLE_PICTURES
    ? undefined
    : (SLICE_BYTES.find((size) => size <= recommendedNalUnit) ?? SLICE_BYTES.at(-1));
}

function rateClass(most: number): number {
  return RATE_CLASSES.find((rate) => rate <= most) ?? 64_000;
}

/** The encoding for a receiver of H.261 or H.263; the packets of H.263+ carry the same pictures as those of H.263. */
function chooseOldRendition(view: string, send: H261Codec | H263Codec, sendBitRate: number): RenditionDesired {
  const taken = pictureSizes(send) ?? [];
  const allowed = OLD_SIZES.flatMap((ours) => {
    const theirs = taken.find(({ size }) => size === ours.size);
    return theirs === undefined ? [] : [{ ...ours, ...theirs }];
  });
  // Every receiver of either has QCIF (H.261 §3.1, H.263 §4.1), whatever it names.
  const size = allowed.find(({ least }) => sendBitRate >= least) ?? allowed.at(-1) ?? { ...OLD_SIZES[2], ...QCIF };
  return named({
    view,
    codec: send.name === 'H261' ? 'H261' : 'H263',
    width: size.width,
    height: size.height,
    frameRate: Math.max(1, Math.floor(FRAME_RATE / Math.ceil(FRAME_RATE / size.frameRate))),
    bitRate: rateClass(Math.min(size.bitRate, sendBitRate)),
  });
}

/** The rendition of one browser layer. */
export function browserLayer(
  view: string,
  layer: (typeof BROWSER_LAYERS)[number],
  maximumBitRate: number,
): RenditionDesired {
  return named({
    view,
    codec: 'H264',
    width: layer.width,
    height: layer.height,
    frameRate: FRAME_RATE,
    bitRate: Math.min(layer.bitRate, maximumBitRate),
  });
}

/** The id says all that makes the encoding what it is: equal needs meet in one. */
function named(rendition: Omit<RenditionDesired, 'id'>): RenditionDesired {
  const { view, codec, width, height, frameRate, bitRate, maximumSliceBytes } = rendition;
  const slower = frameRate === FRAME_RATE ? '' : `-${frameRate}`;
  const sliced =
    maximumSliceBytes === undefined ? '' : `-sliced${maximumSliceBytes === SLICE_BYTES[0] ? '' : maximumSliceBytes}`;
  return { id: `${view}:${codec}-${width}x${height}${slower}-${bitRate / 1000}k${sliced}`, ...rendition };
}
