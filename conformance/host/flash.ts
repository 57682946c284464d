/** Frames from one flash to the next: those whose number is a multiple of it flash. */
export const FLASH_EVERY = 25;

/** Whether the frame of this number flashes. */
export function flashes(frame: number): boolean {
  return frame % FLASH_EVERY === 0;
}

/**
 * The block that is light in a flash and dark else: as shares of the picture's width and height. Small, so that a flash costs
 * hardly more bits than any frame and is not late for its size.
 */
export const FLASH_BLOCK = { left: 3 / 8, right: 5 / 8, top: 3 / 4, bottom: 7 / 8 } as const;
