import { BLACK, Picture, type Region } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import { fitInside, gridCells } from '../view/grid.ts';
import type { ShownPicture } from './picture-origin.ts';
import type { Placeholders } from './placeholder.ts';
import type { PictureSource } from './source.ts';

/** A party as a view sees it. */
export interface Tile {
  readonly leg: string;
  readonly name: string;
  /** Undefined for a party that sends no picture at all. */
  readonly source: Pick<PictureSource, 'shown' | 'shownAt' | 'version' | 'origin' | 'soundDelayWanted'> | undefined;
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
  /** Size of the pictures of its source that cannot be drawn. */
  refused: string | undefined;
}

/** A view at one size: every source is scaled straight into its cell. */
export class ViewCanvas {
  readonly picture: Picture;
  readonly #placeholders: Placeholders;
  readonly #onFault: (error: unknown) => void;
  #cells: Cell[] = [];
  #composition = '';

  /** `onFault` hears of sources that cannot be drawn: their placeholder stands for them. */
  constructor(width: number, height: number, placeholders: Placeholders, onFault: (error: unknown) => void) {
    this.picture = Picture.allocate(width, height);
    this.#placeholders = placeholders;
    this.#onFault = onFault;
  }

  /**
   * Brings the canvas up to `now` (ms). Resolves, when all cells are drawn, to the pictures that were not in it before; calls must
   * not overlap.
   */
  async compose(tiles: readonly Tile[], now: number): Promise<readonly ShownPicture[]> {
    await this.#arrange(tiles);
    const drawn = await Promise.all(this.#cells.map((cell, index) => this.#draw(cell, tiles[index] ?? cell.tile, now)));
    return drawn.filter((picture) => picture !== undefined);
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
      return region === undefined ? [] : [{ tile, region, scaler: new Scaler(), shown: '', refused: undefined }];
    });
  }

  /** Resolves to the picture where the cell did not show it before. */
  async #draw(cell: Cell, tile: Tile, now: number): Promise<ShownPicture | undefined> {
    const { source } = tile;
    const isLive = source !== undefined && !tile.cameraOff && now - source.shownAt < STALE_AFTER;
    const picture = isLive ? source.shown() : undefined;
    const size = picture === undefined ? '' : `${picture.width}x${picture.height}`;
    if (picture === undefined || cell.refused === size) {
      picture?.free();
      await this.#drawPlaceholder(cell, tile.name);
      return undefined;
    }
    const origin = source?.origin;
    try {
      const isNew = await this.#drawPicture(cell, picture, size, `${size} ${source?.version}`);
      return isNew && source !== undefined && origin !== undefined
        ? { leg: tile.leg, origin, soundDelayWanted: source.soundDelayWanted }
        : undefined;
    } catch (error) {
      // One source never stops a mix.
      cell.refused = size;
      this.#onFault(error);
      await this.#drawPlaceholder(cell, tile.name);
      return undefined;
    } finally {
      picture.free();
    }
  }

  async #drawPicture(cell: Cell, picture: Picture, size: string, shows: string): Promise<boolean> {
    if (cell.shown === shows) {
      return false;
    }
    if (!cell.shown.startsWith(`${size} `)) {
      this.picture.fill(BLACK, cell.region);
    }
    cell.shown = shows;
    const shownWidth = picture.width * picture.pixelAspect;
    await cell.scaler.scale(picture, this.picture, fitInside(cell.region, shownWidth, picture.height));
    return true;
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
