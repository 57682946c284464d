import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayEnvironment, keepFromChildren } from './gateway-memory.ts';

test('a gateway has bounds for its memory, its children have not', () => {
  const environment = gatewayEnvironment({ HOME: '/root' });
  assert.equal(Object.keys(environment).length, 4);
  keepFromChildren(environment);
  assert.deepEqual(environment, { HOME: '/root' });
});

test('what the operator has set holds for all', () => {
  const environment = gatewayEnvironment({ MALLOC_ARENA_MAX: '8' });
  keepFromChildren(environment);
  assert.deepEqual(environment, { MALLOC_ARENA_MAX: '8' });
});
