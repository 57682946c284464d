import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NackGenerator } from './nack-generator.ts';

describe('NackGenerator', () => {
  it('gives an overtaken packet time to come', () => {
    const generator = new NackGenerator({ reorderMs: 10 });
    generator.update([7], 0);
    assert.deepEqual(generator.due(9, 50), []);
    assert.equal(generator.nextAt(50), 10);
    generator.update([], 9);
    assert.deepEqual(generator.due(10, 50), []);
    assert.equal(generator.nextAt(50), undefined);
    assert.deepEqual(generator.counters, { requested: 0, settled: 0, givenUp: 0 });
  });

  it('asks in 16 bits, oldest first', () => {
    const generator = new NackGenerator({ reorderMs: 0 });
    generator.update([65537, 65534, -1], 0);
    assert.deepEqual(generator.due(0, 50), [65535, 65534, 1]);
  });

  it('repeats after more than a round trip, each time later, and gives up', () => {
    const generator = new NackGenerator({ reorderMs: 0, maxRequests: 3 });
    generator.update([5], 0);
    const asked: number[] = [];
    for (let now = 0; now < 2000; now++) {
      generator.update([5], now);
      if (generator.due(now, 100).length > 0) asked.push(now);
    }
    assert.deepEqual(asked, [0, 150, 350]);
    assert.deepEqual(generator.counters, { requested: 3, settled: 0, givenUp: 1 });
  });

  it('does not storm on a round trip of nothing', () => {
    const generator = new NackGenerator({ reorderMs: 0 });
    generator.update([5], 0);
    assert.deepEqual(generator.due(0, 0), [5]);
    assert.deepEqual(generator.due(19, 0), []);
    assert.deepEqual(generator.due(20, 0), [5]);
  });

  it('counts what came after it was asked for', () => {
    const generator = new NackGenerator({ reorderMs: 0 });
    generator.update([5, 6], 0);
    generator.due(0, 50);
    generator.update([6], 40);
    assert.equal(generator.counters.settled, 1);
  });

  it('leaves it at too many', () => {
    const generator = new NackGenerator({ reorderMs: 0, maxMissing: 3 });
    assert.equal(generator.update([1, 2, 3], 0), true);
    assert.equal(generator.update([1, 2, 3, 4], 1), false);
    assert.deepEqual(generator.due(1, 50), []);
    assert.equal(generator.counters.givenUp, 3);
  });
});
