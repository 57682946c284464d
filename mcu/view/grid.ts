import type { Region } from '#codecs/ffmpeg/picture.ts';

/** swscale writes past the right edge of a region whose x or width is not a multiple of this. */
const STEP = 16;

/**
 * Cells of a grid for `count` sources on a canvas, in reading order: as near to square as can be, the last row centred.
 * x and width are multiples of 16, y and height even. Empty for no sources.
 */
export function gridCells(count: number, width: number, height: number): Region[] {
  if (count < 1) {
    return [];
  }
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const cellWidth = floorTo(width / columns, STEP);
  const cellHeight = floorTo(height / rows, 2);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = floorTo((width - inRow * cellWidth) / 2, STEP);
    return {
      x: left + (index % columns) * cellWidth,
      y: row * cellHeight,
      width: cellWidth,
      height: cellHeight,
    };
  });
}

/** The largest region inside `cell` with the shape of a source of `width` x `height`, centred: bars fill the rest. */
export function fitInside(cell: Region, width: number, height: number): Region {
  const scale = Math.min(cell.width / width, cell.height / height);
  // A source that fits but for the rounding fills the cell: a bar of a few samples looks like a fault.
  const fittedWidth = Math.min(cell.width, Math.max(STEP, roundTo(width * scale, STEP)));
  const fittedHeight = Math.min(cell.height, Math.max(2, roundTo(height * scale, 2)));
  return {
    x: cell.x + floorTo((cell.width - fittedWidth) / 2, STEP),
    y: cell.y + floorTo((cell.height - fittedHeight) / 2, 2),
    width: fittedWidth,
    height: fittedHeight,
  };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
