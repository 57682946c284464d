/**
 * Columns in which `count` pictures of 16:9 become largest on an area of `width` by `height` (any unit, gaps left out).
 * At least 1.
 */
export function tileColumns(count: number, width: number, height: number): number {
  let best = 1;
  let bestWidth = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tileWidth = Math.min(width / columns, ((height / rows) * 16) / 9);
    // Of two arrangements as good as each other: side by side.
    if (tileWidth > bestWidth || (tileWidth === bestWidth && tileWidth > 0)) {
      best = columns;
      bestWidth = tileWidth;
    }
  }
  return best;
}
