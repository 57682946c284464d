import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { brokenFrames, brokenRequests } from './web-messages.ts';

test('the same seed gives the same messages', () => {
  const texts = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => [...brokenRequests(random).messages, ...brokenFrames(random).messages])
      .flat()
      .map((message) => message.toString('latin1'));
  };
  assert.deepEqual(texts(7), texts(7));
  assert.notDeepEqual(texts(7), texts(8));
});

test('frames come after a handshake that is whole', () => {
  const random = seededRandom(1);
  for (let index = 0; index < 50; index++) {
    const [handshake, ...frames] = brokenFrames(random).messages;
    assert.match(
      handshake?.toString() ?? '',
      /^GET \/signal HTTP\/1\.1\r\n(?:.*\r\n)*Sec-WebSocket-Key: [^\r]{24}\r\n\r\n$/,
    );
    assert.ok(frames.length > 0);
  }
});
