import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseServerMessage } from './server-message.ts';

test('responses and notices are told apart', () => {
  assert.deepEqual(parseServerMessage('{"id":3,"ok":true,"data":{"producer":"x"}}'), {
    id: 3,
    ok: true,
    data: { producer: 'x' },
  });
  assert.deepEqual(parseServerMessage('{"id":3,"ok":false,"fault":"lesson-full"}'), {
    id: 3,
    ok: false,
    fault: 'lesson-full',
  });
  const ended = { notice: { type: 'ended', fault: 'lesson-over' } };
  assert.deepEqual(parseServerMessage(JSON.stringify(ended)), ended);
});

test('what is neither is refused', () => {
  for (const text of ['', '{', 'null', '{}', '{"notice":{"type":"dance"}}', '{"id":1,"ok":false,"fault":"tired"}']) {
    assert.equal(parseServerMessage(text), undefined, text);
  }
  assert.equal(parseServerMessage(`{"id":1,"ok":true,"data":"${'x'.repeat(70_000)}"}`), undefined);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseServerMessage(text);
    }),
  );
});
