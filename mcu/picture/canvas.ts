import { BLACK, Picture, type Region } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import { fitInside, gridCells } from '../view/grid.ts';
import type { Placeholders } from './placeholder.ts';
import type { PictureSource } from './source.ts';

/** A party as a view sees it. */
export interface Tile {
  readonly leg: string;
  readonly name: string;
  /** Undefined for a party that sends no picture at all. */
  readonly source: PictureSource | undefined;
  readonly cameraOff: boolean;
}

/** A source without a new picture for this long (ms) gives way to its placeholder. */
const STALE_AFTER = 2000;

interface Cell {
  readonly tile: Tile;
  readonly region: Region;
  readonly scaler: Scaler;
  /** What the cell shows now, to leave alone what did not change. */
  shown: string;
}

/** A view at one size: every source is scaled straight into its cell. */
export class ViewCanvas {
  readonly picture: Picture;
  readonly #placeholders: Placeholders;
  #cells: Cell[] = [];
  #composition = '';

  constructor(width: number, height: number, placeholders: Placeholders) {
    this.picture = Picture.allocate(width, height);
    this.#placeholders = placeholders;
  }

  /** Brings the canvas up to `now` (ms). Resolves when all cells are drawn; calls must not overlap. */
  async compose(tiles: readonly Tile[], now: number): Promise<void> {
    await this.#arrange(tiles);
    await Promise.all(this.#cells.map((cell, index) => this.#draw(cell, tiles[index] ?? cell.tile, now)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#cells.map((cell) => cell.scaler.close()));
    this.#cells = [];
    this.picture.free();
  }

  async #arrange(tiles: readonly Tile[]): Promise<void> {
    const composition = tiles.map((tile) => tile.leg).join(' ');
    if (composition === this.#composition) {
      return;
    }
    this.#composition = composition;
    await Promise.all(this.#cells.map((cell) => cell.scaler.close()));
    this.picture.fill(BLACK);
    const regions = gridCells(tiles.length, this.picture.width, this.picture.height);
    this.#cells = tiles.flatMap((tile, index) => {
      const region = regions[index];
      return region === undefined ? [] : [{ tile, region, scaler: new Scaler(), shown: '' }];
    });
  }

  async #draw(cell: Cell, tile: Tile, now: number): Promise<void> {
    const { source } = tile;
    const isLive = source !== undefined && !tile.cameraOff && now - source.newestAt < STALE_AFTER;
    const picture = isLive ? source.newest() : undefined;
    if (picture === undefined) {
      await this.#drawPlaceholder(cell, tile.name);
      return;
    }
    try {
      const shape = `${picture.width}x${picture.height}`;
      const shows = `${shape} ${source?.version}`;
      if (cell.shown === shows) {
        return;
      }
      if (!cell.shown.startsWith(`${shape} `)) {
        this.picture.fill(BLACK, cell.region);
      }
      cell.shown = shows;
      await cell.scaler.scale(picture, this.picture, fitInside(cell.region, picture.width, picture.height));
    } finally {
      picture.free();
    }
  }

  async #drawPlaceholder(cell: Cell, name: string): Promise<void> {
    const shows = `placeholder ${name}`;
    if (cell.shown === shows) {
      return;
    }
    cell.shown = shows;
    const picture = this.#placeholders.take(name, cell.region.width, cell.region.height);
    try {
      await cell.scaler.scale(picture, this.picture, cell.region);
    } finally {
      picture.free();
    }
  }
}
