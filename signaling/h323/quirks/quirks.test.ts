import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IN_H323 } from '#codecs/sdp/quirks/not-here.ts';
import { CONTROL_QUIRKS } from './control-quirks.ts';
import { GATEKEEPER_QUIRKS } from './gatekeeper-quirks.ts';
import { SIGNALLING_QUIRKS } from './signalling-quirks.ts';
import { TRAVERSAL_QUIRKS } from './traversal-quirks.ts';

const QUIRKS = [...SIGNALLING_QUIRKS, ...CONTROL_QUIRKS, ...GATEKEEPER_QUIRKS, ...TRAVERSAL_QUIRKS];

describe('habits of real H.323 systems', () => {
  for (const { id, who, does, check } of QUIRKS) test(`${id}: ${who} ${does}`, check);
});

test('every habit that is said to be tested here is, and once', () => {
  assert.deepEqual(QUIRKS.map(({ id }) => id).toSorted(), [...IN_H323].toSorted());
});
