import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AdmissionController, type Evidence } from './admission-controller.ts';
import { type Composition, NOTHING } from './composition.ts';
import { Costs, RESOURCES } from './costs.ts';

const COSTS = new Costs({ decode: 1, scale: 0.5, encode: 5 }, 2);
const ROOM: Composition = { pictures: 1, sounds: 0, renditions: 0 };
const REST: Evidence = {
  mixTimes: Array.from({ length: 25 }, () => 0.004),
  ticksSkipped: 0,
  eventLoopDelay: 11,
  processor: 0.1,
  foreign: 0.1,
};

function rooms(pictures: number, renditions = 1): Composition {
  return { pictures, sounds: 0, renditions };
}

function mixing(share: number): Evidence {
  return { ...REST, mixTimes: Array.from({ length: 25 }, () => 0.04 * share) };
}

/** A controller, and a clock that goes on by a second with each evidence. */
function watched(maximumLoad = 0.85, costs = COSTS) {
  const controller = new AdmissionController({ maximumLoad, costs });
  let now = 0;
  return {
    controller,
    see(evidence: Evidence, present: Composition, seconds = 1): void {
      for (let second = 0; second < seconds; second++) {
        now += 1000;
        controller.observe(now, evidence, present);
      }
    },
    decide: (present: Composition, newcomer = ROOM) => controller.decide(now, present, newcomer),
    load: (present: Composition) => controller.load(now, present),
    pass(milliseconds: number): void {
      now += milliseconds;
    },
  };
}

const TABLE: readonly [string, Evidence, ReturnType<AdmissionController['decide']>][] = [
  ['a machine at rest', REST, undefined],
  ['a mix that has time left', mixing(0.7), undefined],
  ['a mix near the time of a picture', mixing(0.84), 'mixing'],
  ['busy processors', { ...REST, processor: 0.84 }, 'processor'],
  ['processors that nobody can read', { ...REST, processor: undefined }, undefined],
  [
    'a mix that other programs make late',
    { ...mixing(3), ticksSkipped: 9, eventLoopDelay: 400, foreign: 0.7 },
    undefined,
  ],
  ['busy processors whoever else works', { ...REST, processor: 0.84, foreign: 0.6 }, 'processor'],
  ['a tick left out now and then', { ...REST, ticksSkipped: 1 }, undefined],
  ['ticks left out all the time', { ...REST, ticksSkipped: 3 }, 'pictures-left-out'],
  ['a late loop', { ...REST, eventLoopDelay: 150 }, 'event-loop'],
  ['a loop that is a little late', { ...REST, eventLoopDelay: 60 }, undefined],
];
for (const [name, evidence, expected] of TABLE) {
  test(`${name} for ten seconds: ${expected ?? 'let in'}`, () => {
    const { see, decide } = watched();
    see(evidence, rooms(5), 10);
    assert.equal(decide(rooms(5)), expected);
  });
}

test('many parties are late by themselves, whoever else works', () => {
  const { see, decide } = watched();
  see({ ...mixing(3), foreign: 0.7 }, rooms(16, 4), 12);
  assert.equal(decide(rooms(16, 4)), 'mixing');
});

test('a short spike refuses nobody', () => {
  for (const spike of [mixing(3), { ...REST, processor: 1 }, { ...REST, ticksSkipped: 20, eventLoopDelay: 900 }]) {
    const { see, decide } = watched();
    see(REST, rooms(4), 10);
    see(spike, rooms(4), 3);
    assert.equal(decide(rooms(4)), undefined);
    see(REST, rooms(4), 1);
    assert.equal(decide(rooms(4)), undefined);
  }
});

test('a spike at the beginning refuses nobody', () => {
  const { see, decide } = watched();
  see(mixing(9), rooms(2), 3);
  assert.equal(decide(rooms(2)), undefined);
});

test('those who came at once are reckoned with before they are measured', () => {
  const { see, decide, controller } = watched();
  see(REST, NOTHING, 10);
  let present = rooms(0);
  let refusal: ReturnType<typeof decide>;
  for (let count = 1; count <= 1000 && refusal === undefined; count++) {
    refusal = decide(present);
    present = refusal === undefined ? rooms(count) : present;
  }
  assert.ok(refusal !== undefined, 'a burst comes to an end');
  const loads = COSTS.of(present);
  assert.ok(RESOURCES.every((resource) => loads[resource] <= 0.85));
  assert.ok(present.pictures >= 0.7 * controller.capacity, `${present.pictures} of ${controller.capacity}`);
});

test('nothing was measured yet: costs alone decide, and old figures say nothing', () => {
  const { see, decide, pass } = watched();
  assert.equal(decide(rooms(5)), undefined);
  assert.notEqual(decide(rooms(100, 25)), undefined);
  see(mixing(2), rooms(5), 10);
  assert.notEqual(decide(rooms(5)), undefined);
  pass(20_000);
  see(REST, rooms(4));
  assert.equal(decide(rooms(4)), undefined);
});

test('who left makes room at once', () => {
  const { see, decide } = watched();
  see(mixing(0.84), rooms(10), 12);
  assert.equal(decide(rooms(10)), 'mixing');
  assert.equal(decide(rooms(8)), undefined);
});

test('after a refusal there must be more room than before it', () => {
  const { see, decide } = watched();
  see(mixing(0.86), rooms(10), 12);
  assert.equal(decide(rooms(10)), 'mixing');
  see(mixing(0.8), rooms(10), 7);
  assert.equal(decide(rooms(10)), 'mixing');
  see(mixing(0.7), rooms(10), 7);
  assert.equal(decide(rooms(10)), undefined);
  see(mixing(0.8), rooms(10), 7);
  assert.equal(decide(rooms(10)), undefined, 'it is not full any more');
});

test('what parties cost is learnt: the capacity follows', () => {
  const cheap = watched();
  const dear = watched();
  const told = cheap.controller.capacity;
  const present = rooms(8, 2);
  const costs = COSTS.of(present);
  const seen = (factor: number): Evidence => ({
    ...mixing(costs.mixing * factor),
    processor: costs.processor * factor,
  });
  cheap.see(seen(0.5), present, 120);
  dear.see(seen(2), present, 120);
  assert.ok(cheap.controller.capacity > 1.5 * told, `${cheap.controller.capacity} of ${told}`);
  assert.ok(dear.controller.capacity < 0.7 * told, `${dear.controller.capacity} of ${told}`);
});

test('sound alone costs less than a picture', () => {
  const count = (newcomer: Composition) => {
    const { decide } = watched();
    let present = NOTHING;
    while (decide(present, newcomer) === undefined) {
      present = {
        ...present,
        pictures: present.pictures + newcomer.pictures,
        sounds: present.sounds + newcomer.sounds,
      };
    }
    return present.pictures + present.sounds;
  };
  assert.ok(count({ pictures: 0, sounds: 1, renditions: 0 }) > 1.5 * count(ROOM));
});

const share = fc.double({ min: 0.01, max: 1, noNaN: true });

test('property: nobody gets in where steady evidence is at the limit', () => {
  fc.assert(
    fc.property(
      share,
      fc.double({ min: 1, max: 4, noNaN: true }),
      fc.integer({ min: 2, max: 60 }),
      fc.boolean(),
      (limit, over, count, inMix) => {
        const { see, decide } = watched(limit);
        const seen = limit * over;
        see(inMix ? mixing(seen) : { ...REST, processor: seen }, rooms(count), 12);
        assert.notEqual(decide(rooms(count)), undefined);
      },
    ),
  );
});

test('property: parties that cost what was measured, or less, never bring the machine over its limit', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 5, maxLength: 60 });
  fc.assert(
    fc.property(
      arrivals,
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      (each, limit, truth) => {
        const { see, decide } = watched(limit);
        let [present, older] = [rooms(0), rooms(0)];
        for (const newcomers of each) {
          for (let one = 0; one < newcomers; one++) {
            if (decide(present) === undefined) {
              present = rooms(present.pictures + 1);
            }
          }
          // Who came in this second is seen in the next one.
          const loads = COSTS.of(older);
          see({ ...mixing(loads.mixing * truth), processor: loads.processor * truth }, present);
          older = present;
        }
        const loads = COSTS.of(present);
        const most = truth * Math.max(loads.mixing, loads.processor);
        assert.ok(present.pictures <= 2 || most <= limit + 1e-9, `${present.pictures} parties: ${most} of ${limit}`);
      },
    ),
  );
});

test('property: an empty machine refuses nobody, whatever it costs and was seen', () => {
  const times = fc.record({
    decode: fc.integer({ min: 1, max: 1000 }),
    scale: fc.integer({ min: 1, max: 1000 }),
    encode: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(
      share,
      times,
      fc.integer({ min: 1, max: 64 }),
      fc.array(share, { maxLength: 10 }),
      (limit, cost, cores, seen) => {
        const { see, decide } = watched(limit, new Costs(cost, cores));
        for (const load of seen) {
          see(mixing(3 * load), NOTHING);
        }
        assert.equal(decide(NOTHING), undefined);
      },
    ),
  );
});

test('property: a machine at rest with a lesson has room for one more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 40 }), (count, seconds) => {
      const { see, decide } = watched();
      see(REST, rooms(count), seconds);
      assert.equal(decide(rooms(count)), undefined);
    }),
  );
});
