import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { mutateBlindly } from './mutate.ts';

const SEED = Buffer.from('INVITE 1001 with some text 65 and more');

function source(seed: number, maximumLength = 5000) {
  const random = seededRandom(seed);
  return { random, dictionary: [Buffer.from('word')], others: [Buffer.from('another input'), SEED], maximumLength };
}

test('mutations are the same for the same seed, differ from the input and leave it alone', () => {
  const made = (seed: number) => {
    const from = source(seed);
    return Array.from({ length: 500 }, () => mutateBlindly(SEED, from));
  };
  assert.deepEqual(made(1), made(1));
  assert.notDeepEqual(made(1), made(2));
  assert.ok(made(1).filter((bytes) => !bytes.equals(SEED)).length > 450);
  assert.equal(String(SEED), 'INVITE 1001 with some text 65 and more');
});

test('mutations use the words, other inputs and many repetitions, and keep to the longest length', () => {
  const from = source(3);
  const made = Array.from({ length: 20_000 }, () => mutateBlindly(SEED, from));
  assert.ok(made.some((bytes) => bytes.includes('word')));
  assert.ok(made.some((bytes) => bytes.includes('another')));
  assert.ok(made.some((bytes) => bytes.length > 4000));
  assert.ok(made.every((bytes) => bytes.length <= 5000));
});

test('there is nothing too small to be mutated', () => {
  const from = source(4);
  for (let length = 0; length < 5; length += 1) {
    for (let round = 0; round < 500; round += 1) mutateBlindly(Buffer.alloc(length, 0x31), from);
  }
});
