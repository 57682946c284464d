import { FLASH_BLOCK } from './flash.ts';
import type { FoundMark, LumaPlane } from './mark-reader.ts';

/** Between dark and light as they are drawn. */
const THRESHOLD = 126;
/** Coded pictures are this wide for their height. */
const ASPECT = 16 / 9;

/** Whether the coded picture around a mark flashes: the mean of the inner half of its block. Pictures are taken to be 16:9. */
export function isFlash(plane: LumaPlane, mark: FoundMark): boolean {
  const height = mark.width / ASPECT;
  const top = mark.row - height / 2;
  const across = inner(FLASH_BLOCK.left, FLASH_BLOCK.right);
  const down = inner(FLASH_BLOCK.top, FLASH_BLOCK.bottom);
  const rows = within(top + down.from * height, top + down.to * height, plane.height);
  const columns = within(mark.left + across.from * mark.width, mark.left + across.to * mark.width, plane.width);
  let sum = 0;
  let count = 0;
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      sum += plane.data[row * plane.stride + column] ?? 0;
      count += 1;
    }
  }
  return count > 0 && sum / count > THRESHOLD;
}

function inner(from: number, to: number): { from: number; to: number } {
  const quarter = (to - from) / 4;
  return { from: from + quarter, to: to - quarter };
}

function within(from: number, to: number, size: number): { first: number; end: number } {
  return { first: Math.max(0, Math.floor(from)), end: Math.min(size, Math.ceil(to)) };
}
