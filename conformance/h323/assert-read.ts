import assert from 'node:assert/strict';
import type { Judgement } from './judged-packets.ts';

type Kind = keyof Omit<Judgement, 'complaints'>;

/** Takes what a test has to say. */
export interface Diagnosed {
  diagnostic(words: string): void;
}

/** tshark had nothing to say against what was sent, and there were at least so many packets of these kinds. Tells how many there were. */
export function assertRead(judged: Judgement, least: Partial<Record<Kind, number>>, test: Diagnosed): void {
  const { complaints, ...counts } = judged;
  const told = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  test.diagnostic(`tshark read of what was sent: ${told.join(', ')}`);
  assert.deepEqual(complaints, [], 'tshark reads all that the service sent');
  const read = new Map(Object.entries(counts));
  for (const [kind, count] of Object.entries(least)) {
    assert.ok((read.get(kind) ?? 0) >= count, `at least ${count} packets of ${kind}: ${told.join(', ')}`);
  }
}
