import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempts } from './attempt.ts';
import type { FuzzTarget } from './target.ts';
import { endsWithin } from './time-limit.ts';

/** A target that does this with its input. */
function targetOf(examine: (input: Buffer) => void): FuzzTarget {
  return { title: 'a test', maximumLength: 100, seeds: () => [Buffer.from('seed')], dictionary: [], examine };
}

function faultsOf(examine: (input: Buffer) => void, ...inputs: readonly string[]) {
  const attempts = new Attempts(targetOf(examine), { slowness: false });
  return attempts
    .run(inputs.map((text) => Buffer.from(text)))
    .map(({ input, fault }) => [String(input), fault.kind, fault.text]);
}

describe('Attempts', () => {
  it('tell the inputs for which a reader throws, and go on', () => {
    const throwing = (input: Buffer) => {
      if (input.includes('b')) throw new RangeError('out of range');
    };
    const faults = faultsOf(throwing, 'a', 'b', 'c', 'bb');
    assert.deepEqual(
      faults.map(([input]) => input),
      ['b', 'bb'],
    );
    assert.match(faults[0]?.[2] ?? '', /^RangeError: out of range/);
  });
  it('tell a reader that changes its input, or memory beside it', () => {
    assert.equal(faultsOf((input) => input.fill(0), 'a')[0]?.[2], 'the input was changed');
    const beside = (input: Buffer) => new Uint8Array(input.buffer).fill(0, input.byteOffset + input.length);
    assert.equal(faultsOf(beside, 'a')[0]?.[2], 'memory beside the input was changed');
    assert.deepEqual(
      faultsOf(() => undefined, 'a', ''),
      [],
    );
  });
  it('tell an input that takes too long, where that is minded', () => {
    // Processor time, not the clock's: the machine may be at other work.
    const busy = targetOf((input) => {
      const before = process.threadCpuUsage();
      const isBusy = () => process.threadCpuUsage(before).user < 150_000;
      while (input.length > 1 && isBusy());
    });
    const inputs = [Buffer.from('a'), Buffer.from('long')];
    const attempts = new Attempts(busy, { slowness: true });
    const kinds = attempts.run(inputs).map(({ input, fault }) => `${String(input)} ${fault.kind}`);
    assert.deepEqual(kinds, ['long slow']);
    assert.ok(attempts.slowest.input.equals(inputs[1] ?? Buffer.alloc(0)));
    assert.deepEqual(new Attempts(busy, { slowness: false }).run(inputs), []);
  });
  it('count the same mistake once, whatever the values', () => {
    const attempts = new Attempts(
      targetOf((input) => assert.equal(input.toString(), 'x')),
      { slowness: false },
    );
    const [one, other] = attempts.run([Buffer.from('a'), Buffer.from('b')]);
    assert.equal(one?.fault.sameness, other?.fault.sameness);
    assert.equal(attempts.count, 2);
  });
});

it('work that never ends is broken off, what it throws is thrown', () => {
  assert.ok(endsWithin(10_000, () => undefined));
  assert.ok(
    !endsWithin(20, () => {
      for (;;);
    }),
  );
  assert.throws(() => endsWithin(10_000, () => assert.fail('said')), /said/);
});
