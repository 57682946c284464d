import assert from 'node:assert/strict';
import { PerError } from '#signaling/h323/asn1/per-error.ts';

/** Times that a value's octets may be longer than those it was read from: what is short may be announced as long, never more. */
const GROWTH = 4;

/**
 * Reads octets, and writes and reads again what came out: it must be the same.
 * @returns the value; undefined where it was refused with the reader's own error
 */
export function readAndWrite<V>(
  octets: Uint8Array,
  decode: (octets: Uint8Array) => V,
  encode: (value: V) => Buffer,
): V | undefined {
  let value: V;
  try {
    value = decode(octets);
  } catch (error) {
    if (error instanceof PerError) return undefined;
    throw error;
  }
  const again = encode(value);
  assert.ok(again.length <= GROWTH * octets.length + GROWTH);
  assert.deepEqual(decode(again), value);
  return value;
}
