import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KeyFrameLadder, type KeyFrameMethods } from './key-frame-ladder.ts';

const ALL: KeyFrameMethods = { pli: true, fir: true, info: true };

/** The requests of the first `until` ms of a need that is never satisfied. */
function requests(methods: KeyFrameMethods, until: number): [number, string][] {
  const ladder = new KeyFrameLadder(methods);
  const sent: [number, string][] = [];
  ladder.need(0);
  for (let now = 0; now < until; now += 10) {
    const request = ladder.due(now);
    if (request) sent.push([now, request]);
  }
  return sent;
}

describe('KeyFrameLadder', () => {
  it('repeats at growing distances, one method after the other', () => {
    assert.deepEqual(requests(ALL, 6000), [
      [0, 'pli'],
      [300, 'fir'],
      [800, 'signalling'],
      [1500, 'pli'],
      [3500, 'fir'],
      [5500, 'signalling'],
    ]);
  });

  const turns: [KeyFrameMethods, string[]][] = [
    [{ pli: true, fir: false, info: false }, ['pli', 'pli', 'pli', 'pli']],
    [{ pli: false, fir: true, info: false }, ['fir', 'fir', 'fir', 'fir']],
    [{ pli: false, fir: true, info: true }, ['fir', 'fir', 'signalling', 'fir']],
    [{ pli: true, fir: true, info: false }, ['pli', 'fir', 'pli', 'fir']],
    [{ pli: false, fir: false, info: true }, ['signalling', 'pli', 'signalling', 'pli']],
    [{ pli: false, fir: false, info: false }, ['signalling', 'pli', 'signalling', 'pli']],
  ];
  for (const [methods, expected] of turns) {
    it(`goes ${expected.join(', ')} for ${JSON.stringify(methods)}`, () => {
      assert.deepEqual(
        requests(methods, 2000).map(([, request]) => request),
        expected,
      );
    });
  }

  it('asks for nothing while nothing is needed', () => {
    const ladder = new KeyFrameLadder(ALL);
    assert.equal(ladder.due(0), undefined);
    assert.equal(ladder.nextAt(), undefined);
    ladder.need(5);
    assert.ok(ladder.isNeeded);
    assert.equal(ladder.nextAt(), 5);
    ladder.due(5);
    assert.equal(ladder.satisfied(95), 90);
    assert.equal(ladder.satisfied(96), undefined);
    assert.ok(!ladder.isNeeded);
    assert.equal(ladder.due(10_000), undefined);
  });

  it('does not begin anew when the need is said again', () => {
    const ladder = new KeyFrameLadder(ALL);
    ladder.need(0);
    ladder.due(0);
    ladder.need(250);
    assert.equal(ladder.nextAt(), 300);
  });

  it('keeps its distances when it is asked late', () => {
    const ladder = new KeyFrameLadder(ALL);
    ladder.need(0);
    assert.equal(ladder.due(1000), 'pli');
    assert.equal(ladder.due(1000), undefined);
    assert.equal(ladder.nextAt(), 1300);
  });

  it('keeps needs apart that follow each other closely', () => {
    const ladder = new KeyFrameLadder(ALL);
    ladder.need(0);
    assert.equal(ladder.due(0), 'pli');
    ladder.satisfied(90);
    ladder.need(100);
    assert.equal(ladder.due(499), undefined);
    assert.equal(ladder.due(500), 'pli');
  });

  it('never sends two requests within 300 ms, and always sends one in the end', () => {
    const happening = fc.tuple(fc.constantFrom('need', 'satisfied', 'ask'), fc.nat({ max: 400 }));
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 100 }), (happenings) => {
        const ladder = new KeyFrameLadder(ALL);
        let now = 0;
        let last = Number.NEGATIVE_INFINITY;
        const ask = (): boolean => {
          if (ladder.due(now) === undefined) return false;
          assert.ok(now - last >= 300);
          last = now;
          return true;
        };
        for (const [what, wait] of happenings) {
          now += wait;
          if (what === 'need') ladder.need(now);
          else if (what === 'satisfied') ladder.satisfied(now);
          else ask();
        }
        ladder.need(now);
        now += 2000;
        assert.ok(ask());
      }),
    );
  });
});
