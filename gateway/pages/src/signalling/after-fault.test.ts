import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_FAULTS } from '../page-fault.ts';
import { afterFault } from './after-fault.ts';

test('the page comes back by itself where that can help', () => {
  const retried = PAGE_FAULTS.filter((fault) => afterFault(fault, false) === 'retry');
  assert.deepEqual(retried.sort(), ['internal-error', 'media-failed', 'server-gone', 'shutdown']);
});

test('a full lesson is final for a newcomer, not for who was in it', () => {
  assert.equal(afterFault('lesson-full', false), 'stop');
  assert.equal(afterFault('lesson-full', true), 'retry');
  assert.equal(afterFault('no-capacity', false), 'stop');
  assert.equal(afterFault('no-capacity', true), 'retry');
});
