import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TerminalNumbers } from './terminal-numbers.ts';

const party = (id: string) => ({ id, name: `Room ${id}` });
const shown = (numbers: TerminalNumbers, ...ids: string[]) =>
  numbers.of(ids.map(party)).map(({ id, number, name }) => `${number} ${id} ${name}`);

test('each keeps its number, a free one is given again', () => {
  const numbers = new TerminalNumbers();
  assert.deepEqual(shown(numbers, 'a', 'b', 'c'), ['1 a Room a', '2 b Room b', '3 c Room c']);
  assert.deepEqual(shown(numbers, 'a', 'c', 'd'), ['1 a Room a', '3 c Room c', '2 d Room d']);
  assert.deepEqual(shown(numbers, 'a', 'c', 'd', 'b').at(-1), '4 b Room b');
});

test('numbers are from 1 to 192, nobody shares one, nobody changes his', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 250 }), { maxLength: 6 }), (rounds) => {
      const numbers = new TerminalNumbers();
      let before = new Map<string, number>();
      for (const round of rounds) {
        const now = new Map(numbers.of(round.map(String).map(party)).map(({ id, number }) => [id, number]));
        assert.equal(new Set(now.values()).size, now.size);
        assert.ok([...now.values()].every((number) => number >= 1 && number <= 192));
        assert.equal(now.size, Math.min(192, round.length));
        for (const [id, number] of now) {
          assert.equal(number, before.get(id) ?? number);
        }
        before = now;
      }
    }),
    { numRuns: 200 },
  );
});
