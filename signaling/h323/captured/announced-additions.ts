import type { TestContext } from 'node:test';
import { PerReader } from '../asn1/per-reader.ts';
import { PerWriter } from '../asn1/per-writer.ts';

/** A SEQUENCE, CHOICE or list that was read, and how many extension additions the sender's bitmap had room for. */
interface Part {
  readonly root: Part[];
  announced: number | undefined;
  readonly additions: Part[];
}

/** What `watchAnnouncedAdditions` lets a test do, until the test ends. */
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

  const { enter, leave, normallySmallLength: readLength } = PerReader.prototype;
  const outer: (Part | undefined)[] = [];
  mock.method(PerReader.prototype, 'enter', function (this: PerReader) {
    const part: Part = { root: [], announced: undefined, additions: [] };
    outer.push(innermost);
    if (innermost !== undefined) {
      (innermost.announced === undefined ? innermost.root : innermost.additions).push(part);
      innermost = part;
    }
    enter.call(this);
  });
  mock.method(PerReader.prototype, 'leave', function (this: PerReader) {
    leave.call(this);
    innermost = outer.pop();
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

/** What is in the root, then the bitmap, then the additions. */
function inOrderOfWriting({ root, announced, additions }: Part): number[] {
  return [
    ...root.flatMap(inOrderOfWriting),
    ...(announced === undefined ? [] : [announced]),
    ...additions.flatMap(inOrderOfWriting),
  ];
}
