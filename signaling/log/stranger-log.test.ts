import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StrangerLog } from './stranger-log.ts';

function made() {
  const lines: string[] = [];
  const due: { at: number; run: () => void }[] = [];
  let now = 0;
  const log = new StrangerLog(
    { warn: (facts, message) => lines.push(`${message} ${JSON.stringify(facts)}`) },
    { now: () => now, after: (delay, run) => due.push({ at: now + delay, run }) },
    { perSource: 2, inAll: 5, window: 1000 },
  );
  const about = (address: string, times: number) => {
    for (let index = 0; index < times; index++) log.line(address, () => lines.push(address));
    return lines.splice(0);
  };
  const until = (time: number) => {
    now = time;
    for (const { run } of due.splice(0).filter(({ at }) => at <= time)) run();
    return lines.splice(0);
  };
  return { about, until, due };
}

test('a source gets so many lines in a window, then a line tells of the others', () => {
  const { about, until, due } = made();
  assert.deepEqual(about('192.0.2.1', 100), ['192.0.2.1', '192.0.2.1']);
  assert.deepEqual(about('2001:db8::1', 2), ['2001:db8::1', '2001:db8::1']);
  assert.deepEqual(about('2001:db8::2', 1), []);
  assert.equal(due.length, 1);
  assert.deepEqual(until(1000), [
    'held back 99 lines about strangers {"event":"lines-held-back","lines":99,"sources":2}',
  ]);
  assert.deepEqual(about('192.0.2.1', 1), ['192.0.2.1']);
});

test('all sources together get so many', () => {
  const { about, until } = made();
  const written = Array.from({ length: 1000 }, (_, index) => about(`10.0.${index >> 8}.${index & 255}`, 1)).flat();
  assert.equal(written.length, 5);
  assert.match(until(1000)[0] ?? '', /"lines":995,"sources":5/);
});

test('nothing is told where nothing was held back', () => {
  const { about, until } = made();
  about('192.0.2.1', 2);
  assert.deepEqual(until(1000), []);
});
