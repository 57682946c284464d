import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aliasKeys } from '../alias-key.ts';
import { type Registration, Registry } from './registry.ts';

function room(identifier: string, names: readonly string[], options: Partial<Registration> = {}): Registration {
  return {
    endpointIdentifier: identifier,
    aliases: names.map((value) => (/^\d+$/.test(value) ? { type: 'dialedDigits', value } : { type: 'h323-ID', value })),
    callSignalAddresses: [{ address: options.sourceAddress ?? '10.0.0.1', port: 1720 }],
    rasAddress: { address: '10.0.0.1', port: 1719 },
    sourceAddress: '10.0.0.1',
    user: undefined,
    scheme: undefined,
    product: '',
    timeToLive: 60,
    expiresAt: 65_000,
    ...options,
  };
}

test('a room that comes back takes its own place, another one is refused with the aliases that are taken', () => {
  const registry = new Registry();
  assert.equal(registry.register(room('a', ['Room', '1001'])).outcome, 'registered');
  const again = registry.register(room('b', ['1001']));
  assert.equal(again.outcome, 'registered');
  assert.deepEqual(again.outcome === 'registered' ? again.replaced.map((gone) => gone.endpointIdentifier) : [], ['a']);
  assert.equal(registry.byAlias('room'), undefined);
  const other = registry.register(room('c', ['1002', 'h323:1001'], { sourceAddress: '10.0.0.2' }));
  assert.deepEqual(other, { outcome: 'duplicate-alias', aliases: [{ type: 'h323-ID', value: 'h323:1001' }] });
  assert.equal(registry.byAlias('1002'), undefined);
});

test('the same user may move, nobody else may take his place', () => {
  const registry = new Registry();
  registry.register(room('a', ['1001'], { user: 'school' }));
  assert.equal(registry.register(room('b', ['1001'])).outcome, 'duplicate-alias');
  assert.equal(registry.register(room('c', ['1001'], { user: 'town' })).outcome, 'duplicate-alias');
  assert.equal(
    registry.register(room('d', ['1001'], { user: 'school', sourceAddress: '10.9.9.9' })).outcome,
    'registered',
  );
  assert.equal(registry.size, 1);
});

test('rooms of one address and of all are bounded', () => {
  const registry = new Registry({ registrations: 3, perAddress: 2 });
  assert.equal(registry.register(room('a', ['1'])).outcome, 'registered');
  assert.equal(registry.register(room('b', ['2'])).outcome, 'registered');
  assert.equal(registry.register(room('c', ['3'])).outcome, 'full');
  assert.equal(registry.register(room('c', ['3'], { sourceAddress: '10.0.0.3' })).outcome, 'registered');
  assert.equal(registry.register(room('d', ['4'], { sourceAddress: '10.0.0.4' })).outcome, 'full');
  // One that is there already may come back.
  assert.equal(registry.register(room('a', ['1', '5'])).outcome, 'registered');
});

test('rooms of one IPv6 network are of one address', () => {
  const registry = new Registry({ registrations: 9, perAddress: 2 });
  const at = (place: string) => ({ sourceAddress: `2001:db8:1:${place}` });
  assert.equal(registry.register(room('a', ['1'], at('2::1'))).outcome, 'registered');
  assert.equal(registry.register(room('b', ['2'], at('2::2'))).outcome, 'registered');
  assert.equal(registry.register(room('c', ['3'], at('2::3'))).outcome, 'full');
  assert.equal(registry.register(room('c', ['3'], at('3::3'))).outcome, 'registered');
  registry.remove('a');
  assert.equal(registry.register(room('d', ['4'], at('2::4'))).outcome, 'registered');
});

test('rooms go when they are late, aliases one by one', () => {
  const registry = new Registry();
  registry.register(room('a', ['1001', 'x']));
  registry.removeAliases('a', [{ type: 'h323-ID', value: 'X' }]);
  assert.deepEqual([registry.byAlias('x'), registry.byAlias('1001')?.endpointIdentifier], [undefined, 'a']);
  registry.refresh('a', 60, 60_000);
  assert.deepEqual(registry.expire(124_999), []);
  assert.deepEqual(
    registry.expire(125_000).map((gone) => gone.endpointIdentifier),
    ['a'],
  );
  assert.equal(registry.byAlias('1001'), undefined);
  assert.equal(registry.size, 0);
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('register' as const),
    identifier: fc.constantFrom('a', 'b', 'c', 'd'),
    names: fc.uniqueArray(fc.constantFrom('1', '2', '3', 'x', 'X', 'h323:1'), { minLength: 1 }),
    address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
    user: fc.constantFrom(undefined, 'school', 'town'),
    expiresAt: fc.integer({ min: 0, max: 100 }),
  }),
  fc.record({ kind: fc.constant('remove' as const), identifier: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({
    kind: fc.constant('aliases' as const),
    identifier: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('1', 'x'),
  }),
  fc.record({ kind: fc.constant('expire' as const), now: fc.integer({ min: 0, max: 100 }) }),
);

test('whatever happens, no alias is in two registrations, each is found by each of its own, and bounds hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const registry = new Registry({ registrations: 3, perAddress: 2 });
      for (const one of steps) {
        if (one.kind === 'register') {
          const { names, identifier, address, user, expiresAt } = one;
          registry.register(room(identifier, names, { sourceAddress: address, user, expiresAt }));
        } else if (one.kind === 'remove') {
          registry.remove(one.identifier);
        } else if (one.kind === 'aliases') {
          registry.removeAliases(one.identifier, [{ type: 'h323-ID', value: one.name }]);
        } else {
          registry.expire(one.now);
        }
        const keys = registry.all().flatMap(({ aliases }) => aliasKeys(aliases));
        assert.equal(new Set(keys).size, keys.length);
        for (const registration of registry.all()) {
          for (const key of aliasKeys(registration.aliases)) {
            assert.equal(registry.byAlias(key), registration);
          }
        }
        for (const name of ['1', '2', '3', 'x']) {
          assert.equal(registry.byAlias(name) !== undefined, keys.includes(name));
        }
        assert.ok(registry.size <= 3);
        for (const address of ['10.0.0.1', '10.0.0.2']) {
          assert.ok(registry.all().filter(({ sourceAddress }) => sourceAddress === address).length <= 2);
        }
      }
    }),
    { numRuns: 500 },
  );
});
