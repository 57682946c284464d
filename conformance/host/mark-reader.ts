import { MARGIN_MODULES, PICTURE_MODULES } from './coded-picture.ts';
import { MARK_MODULES, markOf, type PictureMark } from './picture-mark.ts';

/** Luma samples of a picture. */
export interface LumaPlane {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** A mark and where it was found. */
export interface FoundMark extends PictureMark {
  /** Left edge of the coded picture around the mark, in samples. */
  readonly left: number;
  /** Width of that picture, in samples. */
  readonly width: number;
  /** The middle of the rows that it was read in. */
  readonly row: number;
}

/** Every so many rows are looked at: the band of the smallest readable picture is still met by two. */
const ROW_STEP = 4;
/** A mark counts when it was read in this many rows. */
const LEAST_ROWS = 2;
const THRESHOLD = 126;
/** In samples: narrower modules cannot be read. */
const LEAST_MODULE = 1.8;
/** The first two runs of a mark, in modules. */
const FIRST_RUN = 4;
const BOTH_RUNS = 6;

interface Edge {
  /** In samples from the left, with fraction. */
  readonly at: number;
  readonly isRising: boolean;
}

interface Reading extends PictureMark {
  readonly left: number;
  readonly width: number;
  readonly rows: number[];
}

/**
 * Finds the coded pictures inside a picture, such as the cells of a mix, wherever they stand and however large they are.
 * Each mark is found by its first runs and believed when its checksum is right in two rows.
 */
export function readMarks(plane: LumaPlane): FoundMark[] {
  const readings: Reading[] = [];
  for (let row = ROW_STEP / 2; row < plane.height; row += ROW_STEP) {
    for (const found of readRow(plane.data.subarray(row * plane.stride, row * plane.stride + plane.width))) {
      const known = readings.find((reading) => isSame(reading, found));
      if (known === undefined) {
        readings.push({ ...found, rows: [row] });
      } else {
        known.rows.push(row);
      }
    }
  }
  return readings
    .filter(({ rows }) => rows.length >= LEAST_ROWS)
    .map(({ rows, ...mark }) => ({ ...mark, row: ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2 }));
}

function isSame(a: Omit<Reading, 'rows'>, b: Omit<Reading, 'rows'>): boolean {
  return a.host === b.host && a.frame === b.frame && Math.abs(a.left - b.left) < a.width / 4;
}

function readRow(samples: Uint8Array): Omit<Reading, 'rows'>[] {
  const edges = edgesOf(samples);
  return edges.flatMap((first, index) => {
    const [second, third] = [edges[index + 1], edges[index + 2]];
    if (!first.isRising || second === undefined || third === undefined) {
      return [];
    }
    const module = (third.at - first.at) / BOTH_RUNS;
    const firstRun = (second.at - first.at) / module;
    if (module < LEAST_MODULE || Math.abs(firstRun - FIRST_RUN) > 0.6) {
      return [];
    }
    const found = readFrom(samples, edges, index, module);
    return found === undefined ? [] : [found];
  });
}

/** The mark that begins at an edge: its end is a falling edge near where the module's width says. */
function readFrom(
  samples: Uint8Array,
  edges: readonly Edge[],
  index: number,
  module: number,
): Omit<Reading, 'rows'> | undefined {
  const begin = edges[index]?.at ?? 0;
  const expected = begin + MARK_MODULES * module;
  for (const end of edges.slice(index + 1)) {
    if (end.at > expected + 2 * module) {
      return undefined;
    }
    if (end.isRising || end.at < expected - 2 * module) {
      continue;
    }
    const exact = (end.at - begin) / MARK_MODULES;
    const mark = markOf(Array.from({ length: MARK_MODULES }, (_, at) => isLight(samples, begin + at * exact, exact)));
    if (mark !== undefined) {
      return { ...mark, left: begin - MARGIN_MODULES * exact, width: PICTURE_MODULES * exact };
    }
  }
  return undefined;
}

/** Mean of the middle half of a module. */
function isLight(samples: Uint8Array, begin: number, width: number): boolean {
  const first = Math.floor(begin + width / 4);
  const last = Math.max(first, Math.ceil(begin + (3 * width) / 4) - 1);
  let sum = 0;
  for (let x = first; x <= last; x++) {
    sum += samples[x] ?? 0;
  }
  return sum / (last - first + 1) > THRESHOLD;
}

/** Where the row goes over the threshold, as fractions between the middles of two samples. */
function edgesOf(samples: Uint8Array): Edge[] {
  const edges: Edge[] = [];
  for (let x = 1; x < samples.length; x++) {
    const before = samples[x - 1] ?? 0;
    const here = samples[x] ?? 0;
    if (before > THRESHOLD !== here > THRESHOLD) {
      edges.push({ at: x - 0.5 + (THRESHOLD - before) / (here - before), isRising: here > before });
    }
  }
  return edges;
}
