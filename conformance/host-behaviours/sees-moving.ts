import type { HostMedia } from '../host/host-media.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import { until } from '../media/until.ts';

/** Whose pictures are waited for. */
export interface Awaited {
  /** Of who looks, for the failure. */
  readonly room: number;
  /** Numbers in the pictures. */
  readonly numbers: readonly number[];
  /** Pictures from before count for nothing: ms of `performance.now()`, asked again for each. */
  readonly since: () => number;
  /** ms. */
  readonly timeout: number;
}

/**
 * Waits until a host sees all of these rooms move.
 * @returns when it did, ms of `performance.now()`
 */
export async function seesMoving(media: HostMedia, { room, numbers, since, timeout }: Awaited): Promise<number> {
  const shown = new Map(numbers.map((number) => [number, new Set<number>()]));
  let seenAt: number | undefined;
  const look = ({ at, marks }: SeenPicture): void => {
    if (at < since() || seenAt !== undefined) {
      return;
    }
    for (const { host, frame } of marks) {
      shown.get(host)?.add(frame);
    }
    // The first may be what stood still on the screen.
    if ([...shown.values()].every((frames) => frames.size >= 2)) {
      seenAt = at;
    }
  };
  media.on('picture', look);
  try {
    return await until(`room ${room} sees ${numbers.join(', ')} move`, timeout, () => seenAt);
  } finally {
    media.off('picture', look);
  }
}
