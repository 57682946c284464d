import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallToAdmit } from '../admission.ts';
import { gatekeeperAdmission, isWithUs } from './gatekeeper-admission.ts';
import { GatekeeperHarness } from './harness.ts';

const CALL: CallToAdmit = {
  callIdentifier: Buffer.alloc(16, 7),
  conferenceIdentifier: Buffer.alloc(16, 8),
  callReference: 5,
  direction: 'inbound',
  destinationAliases: [{ type: 'dialedDigits', value: '771' }],
  destinationAddress: undefined,
  sourceAliases: [],
  sourceAddress: undefined,
  remoteAddress: '127.0.0.9',
  bitRate: 1_920_000,
};

/** A gatekeeper that admits calls, and those of which it hears that they are over. */
function admitting() {
  const { gatekeeper } = new GatekeeperHarness();
  const ended: unknown[] = [];
  gatekeeper.callEnded = (call) => ended.push(call);
  const admission = gatekeeperAdmission(
    () => gatekeeper,
    () => 0,
  );
  return { admission, ended };
}

test('of several calls by one identifier the last is the end', async () => {
  const { admission, ended } = admitting();
  const [one, other] = [CALL, { ...CALL }];
  await admission.admit(one);
  await admission.admit(other);
  admission.release(one);
  admission.release(one);
  assert.deepEqual(ended, []);
  admission.release(other);
  assert.deepEqual(ended, [other]);
  const nowhere: CallToAdmit = { ...CALL, direction: 'outbound', remoteAddress: undefined };
  assert.equal((await admission.admit(nowhere)).outcome, 'refused');
  admission.release(nowhere);
  assert.equal(ended.length, 1);
});

test('who calls by the identifier of a call of others keeps the end of that one from nobody', async () => {
  const { admission, ended } = admitting();
  const strange = { ...CALL, remoteAddress: '192.0.2.66' };
  await admission.admit(CALL);
  await admission.admit(strange);
  admission.release(CALL);
  assert.deepEqual(ended, [CALL]);
  admission.release(strange);
  assert.deepEqual(ended, [CALL, strange]);
});

test('a call is with us where its signalling comes from a room that was let into it', () => {
  const { gatekeeper } = new GatekeeperHarness();
  const asked: unknown[] = [];
  const known = {
    lookup: () => undefined,
    partiesOf: (call: Pick<CallToAdmit, 'callIdentifier' | 'remoteAddress'>) => {
      asked.push(call.remoteAddress);
      return call.remoteAddress === '127.0.0.9' ? ['room-1'] : [];
    },
  };
  assert.equal(isWithUs(CALL, gatekeeper), false);
  assert.equal(isWithUs(CALL, known), true);
  assert.equal(isWithUs({ ...CALL, remoteAddress: '192.0.2.66' }, known), false);
  assert.deepEqual(asked, ['127.0.0.9', '192.0.2.66']);
});
