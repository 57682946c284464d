import { createCanvas } from '@napi-rs/canvas';
import { Picture } from '#codecs/ffmpeg/picture.ts';

const BACKGROUND = '#20262e';
const DISC = '#3a4655';
const TEXT = '#e8edf2';
/** Named, not left to a fallback: a fallback font draws Chinese names in Japanese shapes. */
const FONT = '"Noto Sans CJK SC", "Noto Sans", "DejaVu Sans", sans-serif';
/** Bytes of placeholders kept: some lessons' parties at a few cell sizes, or a few that fill a canvas. */
const MAXIMUM_KEPT = 48 << 20;

/** Draws and keeps the pictures that stand in for parties without one: a disc with the first letter, and the name. */
export class Placeholders {
  readonly #kept = new Map<string, Picture>();
  #bytes = 0;

  /** Memory of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A hold on the placeholder of `name` for a cell of this size; the caller frees it. */
  take(name: string, width: number, height: number): Picture {
    const key = `${width}x${height} ${name}`;
    let picture = this.#kept.get(key);
    if (picture === undefined) {
      picture = draw(name, width, height);
      this.#keep(key, picture);
    }
    return picture.share();
  }

  #keep(key: string, picture: Picture): void {
    this.#kept.set(key, picture);
    this.#bytes += bytesOf(picture);
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= MAXIMUM_KEPT || oldest === key) {
        break;
      }
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(old);
      old.free();
    }
  }
}

/** RGBA. */
function bytesOf({ width, height }: Picture): number {
  return 4 * width * height;
}

function draw(name: string, width: number, height: number): Picture {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, width, height);
  const unit = Math.min(width, (height * 16) / 9);
  const radius = unit * 0.09;
  const middle = height / 2 - radius * 0.5;
  context.fillStyle = DISC;
  context.beginPath();
  context.arc(width / 2, middle, radius, 0, Math.PI * 2);
  context.fill();
  context.fillStyle = TEXT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `${Math.round(radius)}px ${FONT}`;
  const [initial = ''] = name.trim();
  context.fillText(initial.toLocaleUpperCase(), width / 2, middle);
  context.font = `${Math.max(12, Math.round(unit * 0.045))}px ${FONT}`;
  context.fillText(
    shorten(name, (text) => context.measureText(text).width, width * 0.9),
    width / 2,
    middle + radius * 1.8,
  );
  const { data } = context.getImageData(0, 0, width, height);
  return Picture.fromRgba(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height);
}

/** Cuts a name that is too long for the cell, with an ellipsis. */
function shorten(name: string, measure: (text: string) => number, width: number): string {
  if (measure(name) <= width) {
    return name;
  }
  const letters = [...name];
  while (letters.length > 1 && measure(`${letters.join('')}…`) > width) {
    letters.pop();
  }
  return `${letters.join('')}…`;
}
