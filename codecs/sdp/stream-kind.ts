import type { StreamKind } from '#codecs/media/description.ts';

/** What tells the purpose of a media line. */
export interface LinePurpose {
  readonly mediaType: string;
  readonly protocol: string;
  /** UDP port; lines that share one are alternatives of the same stream. */
  readonly port: number;
  /** Encoding names of the line, lower case. */
  readonly encodings: readonly string[];
  /** Value of a=content (RFC 4796). */
  readonly content: string | undefined;
  /** Value of a=label (RFC 4574). */
  readonly label: string | undefined;
  /** Values of a=floorid (RFC 8856 §5.4): a floor and the labels of its streams. */
  readonly floors: readonly string[];
}

const VIDEO_ENCODINGS: ReadonlySet<string> = new Set([
  'h261',
  'h263',
  'h263-1998',
  'h263-2000',
  'h264',
  'h264-svc',
  'h265',
  'vp8',
  'vp9',
  'av1',
]);

/**
 * What each media line is for, found in this order and never by place alone: a=content, the label that a BFCP floor names,
 * `m=control` with a video codec (the content line of LifeSize); of the video lines that say nothing the first is main if no
 * other is, and later ones are content, but a line on the port of the main one is the same stream offered once more (the RTP/SAVP
 * and RTP/AVP pairs of optional encryption).
 */
export function streamKinds(lines: readonly LinePurpose[]): readonly StreamKind[] {
  const labels = new Set(lines.flatMap(({ floors }) => floors.flatMap(labelsOfFloor)));
  const explicit = lines.map((line) => explicitKind(line, labels));
  let main = lines.find((_, index) => explicit[index] === 'main');
  return lines.map((line, index) => {
    const kind = explicit[index];
    if (kind !== undefined) return kind;
    if (main === undefined || main.port === line.port) {
      main ??= line;
      return 'main';
    }
    return 'content';
  });
}

/** The kind of a line that tells it; undefined for a video line that does not. */
function explicitKind(line: LinePurpose, floorLabels: ReadonlySet<string>): StreamKind | undefined {
  const isVideo = line.mediaType === 'video' || line.encodings.some((name) => VIDEO_ENCODINGS.has(name));
  if (line.mediaType === 'audio') return 'audio';
  if (/(^|\/)BFCP$/i.test(line.protocol)) return 'floor';
  if (line.encodings.includes('h224')) return 'fecc';
  if (!isVideo) return 'unsupported';
  const contents = line.content?.toLowerCase().split(/[ ,]+/) ?? [];
  if (contents.includes('slides')) return 'content';
  if (contents.includes('main')) return 'main';
  if (line.label !== undefined && floorLabels.has(line.label)) return 'content';
  return line.mediaType === 'video' ? undefined : 'content';
}

/** Seen: `2 mstrm:12`, `1 m-stream:3`, `1 mstrm 3`; several labels with blanks between. */
function labelsOfFloor(floor: string): readonly string[] {
  const [, labels = ''] = /\bm-?str(?:ea)?m[ :]+(.*)$/i.exec(floor) ?? [];
  return labels.split(/\s+/).filter((label) => label !== '');
}
