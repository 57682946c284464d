import type { Codec, PictureSize } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';
import { isH264, readBitRate } from './h264-capability.ts';
import type { RemoteCapabilities } from './remote-capabilities.ts';

/** Of the rates of H.261 and H.263, bit/s. */
const OLD_RATE_UNIT = 100;

type ModeElement = H245<'ModeDescription'>[number];

/** What the other side wants to be sent of one medium. */
interface Wish {
  readonly kind: 'audio' | 'video';
  readonly codec: string;
  /** bit/s. */
  readonly bitRate: number | undefined;
  /** Of H.261 and H.263. */
  readonly size?: PictureSize;
}

const SIZES: Readonly<Record<string, PictureSize>> = {
  sqcif: 'SQCIF',
  qcif: 'QCIF',
  cif: 'CIF',
  cif4: 'CIF4',
  cif16: 'CIF16',
};

/** The first of the requested modes that can be sent, and what the other side's capabilities come to by it. */
export interface ChosenMode {
  readonly isMostPreferred: boolean;
  readonly theirs: RemoteCapabilities;
}

/**
 * Chooses among modes (H.245 §8.9; the first one is wanted most). A mode can be sent where the other side can receive each of its
 * media as it wants it. Media that it does not name go on as they are. Undefined where none can be sent.
 */
export function chooseMode(
  modes: H245<'RequestMode'>['requestedModes'],
  theirs: RemoteCapabilities,
): ChosenMode | undefined {
  for (const [index, mode] of modes.entries()) {
    const wishes = mode.map(readElement);
    const limited = wishes.reduce<RemoteCapabilities | undefined>(limit, theirs);
    if (limited !== undefined && wishes.length > 0) {
      return { isMostPreferred: index === 0, theirs: limited };
    }
  }
  return undefined;
}

function limit(theirs: RemoteCapabilities | undefined, wish: Wish | undefined): RemoteCapabilities | undefined {
  if (theirs === undefined || wish === undefined) {
    return undefined;
  }
  const { kind, codec, bitRate, size } = wish;
  const codecs = theirs[kind]
    .filter(({ name }) => name === codec || name === 'telephone-event')
    .flatMap((found) => (size === undefined ? [found] : ofSize(found, size)));
  if (!codecs.some(({ name }) => name === codec)) {
    return undefined;
  }
  const rate = Math.min(bitRate ?? Number.POSITIVE_INFINITY, theirs.videoBitRate ?? Number.POSITIVE_INFINITY);
  return {
    ...theirs,
    [kind]: codecs,
    ...(kind === 'video' && Number.isFinite(rate) ? { videoBitRate: rate } : {}),
  };
}

/** A codec held to one size; none where the other side does not take that. */
function ofSize(codec: Codec, size: PictureSize): Codec[] {
  const limits = codec.name === 'H261' ? codec.h261 : codec.name === 'H263' ? codec.h263 : undefined;
  const interval = limits?.intervals[size];
  if (limits === undefined || interval === undefined) {
    return [];
  }
  const held = { ...limits, intervals: { [size]: interval } };
  return codec.name === 'H261' ? [{ ...codec, h261: held }] : codec.name === 'H263' ? [{ ...codec, h263: held }] : [];
}

function readElement({ type }: ModeElement): Wish | undefined {
  switch (type.type) {
    case 'audioMode':
      return readAudio(type.value);
    case 'videoMode':
      return readVideo(type.value);
    default:
      return undefined;
  }
}

function readAudio(mode: H245<'AudioMode'>): Wish | undefined {
  switch (mode.type) {
    case 'g711Alaw64k':
      return { kind: 'audio', codec: 'PCMA', bitRate: undefined };
    case 'g711Ulaw64k':
      return { kind: 'audio', codec: 'PCMU', bitRate: undefined };
    case 'g722-64k':
      return { kind: 'audio', codec: 'G722', bitRate: undefined };
    default:
      return undefined;
  }
}

function readVideo(mode: H245<'VideoMode'>): Wish | undefined {
  switch (mode.type) {
    case 'genericVideoMode':
      return isH264(mode.value) ? { kind: 'video', codec: 'H264', bitRate: readBitRate(mode.value) } : undefined;
    case 'h261VideoMode':
    case 'h263VideoMode': {
      const { resolution, bitRate } = mode.value;
      const size = SIZES[resolution.type];
      const codec = mode.type === 'h261VideoMode' ? 'H261' : 'H263';
      return size === undefined ? undefined : { kind: 'video', codec, bitRate: bitRate * OLD_RATE_UNIT, size };
    }
    default:
      return undefined;
  }
}
