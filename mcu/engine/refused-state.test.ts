import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from './engine.ts';
import { type Desired, ENGINE_PROTOCOL_VERSION } from './protocol.ts';

test('a state that no engine takes is refused at once, not waited for', async () => {
  const rendition = { id: 'r', view: 'v', codec: 'H264', width: 641, height: 360, frameRate: 25, bitRate: 1 } as const;
  const desired: Desired = {
    version: ENGINE_PROTOCOL_VERSION,
    number: 1,
    legs: [],
    views: [],
    renditions: [rendition],
  };
  await assert.rejects(new Engine().apply(desired), /renditions/);
});
