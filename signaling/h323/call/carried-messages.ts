/** Octets of H.245 that travel in one message of call signalling: with what is around them they must go into a packet of 64 KB. */
const MOST_CARRIED = 32_768;

/** Takes from `waiting` what goes into one message, in its order; one that is longer travels alone. The rest goes by the next. */
export function takeCarried(waiting: Uint8Array[]): Uint8Array[] {
  let octets = 0;
  const tooMany = waiting.findIndex(({ length }, index) => {
    octets += length;
    return index > 0 && octets > MOST_CARRIED;
  });
  return waiting.splice(0, tooMany < 0 ? waiting.length : tooMany);
}
