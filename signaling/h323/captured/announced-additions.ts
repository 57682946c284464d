import type { TestContext } from 'node:test';
import { PerReader } from '../asn1/per-reader.ts';
import { PerWriter } from '../asn1/per-writer.ts';

/** A SEQUENCE, CHOICE or list that was read, and how many extension additions the sender's bitmap had room for. */
interface Part {
  readonly root: Part[];
  announced: number | undefined;
  readonly additions: Part[];
}

export interface Announced {
  /** Lengths of the bitmaps of extension additions that `read` meets, in the order in which writing comes to them. */
  of(read: () => unknown): number[];
  /** Writes with bitmaps of these lengths, filled up with absent additions: what X.691 §19.7 leaves to the sender. */
  writtenWith(announced: readonly number[], write: () => Buffer): Buffer;
}

/**
 * Watches, and has its way with, how long bitmaps of extension additions are. We end them after the last one that is present; others
 * announce every addition that their version knows.
 */
export function watchAnnouncedAdditions({ mock }: TestContext): Announced {
  let innermost: Part | undefined;
  let queue: number[] | undefined;
  const filling = new WeakMap<PerWriter, { left: number; absent: number }>();

  const { nested, normallySmallLength: readLength } = PerReader.prototype;
  mock.method(PerReader.prototype, 'nested', function (this: PerReader, read: () => unknown) {
    const outer = innermost;
    const part: Part = { root: [], announced: undefined, additions: [] };
    if (outer !== undefined) {
      (outer.announced === undefined ? outer.root : outer.additions).push(part);
      innermost = part;
    }
    const value = nested.call(this, read);
    innermost = outer;
    return value;
  });
  mock.method(PerReader.prototype, 'normallySmallLength', function (this: PerReader) {
    const length = readLength.call(this);
    if (innermost !== undefined) innermost.announced = length;
    return length;
  });

  const { bit, normallySmallLength: writeLength } = PerWriter.prototype;
  mock.method(PerWriter.prototype, 'normallySmallLength', function (this: PerWriter, length: number) {
    const announced = queue === undefined ? length : (queue.shift() ?? length);
    writeLength.call(this, announced);
    filling.set(this, { left: length, absent: announced - length });
  });
  mock.method(PerWriter.prototype, 'bit', function (this: PerWriter, value: boolean) {
    bit.call(this, value);
    const fill = filling.get(this);
    if (fill === undefined) return;
    fill.left -= 1;
    if (fill.left > 0) return;
    filling.delete(this);
    for (let index = 0; index < fill.absent; index++) bit.call(this, false);
  });

  return {
    of(read) {
      const top: Part = { root: [], announced: undefined, additions: [] };
      innermost = top;
      read();
      innermost = undefined;
      return inOrderOfWriting(top);
    },
    writtenWith(announced, write) {
      queue = [...announced];
      const octets = write();
      queue = undefined;
      return octets;
    },
  };
}

/** Additions are written first, as their lengths stand before them; then what is in the root, then the bitmap. */
function inOrderOfWriting({ root, announced, additions }: Part): number[] {
  return [
    ...additions.flatMap(inOrderOfWriting),
    ...root.flatMap(inOrderOfWriting),
    ...(announced === undefined ? [] : [announced]),
  ];
}
