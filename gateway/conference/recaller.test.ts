import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import type { EndReason } from '#signaling/call/call.ts';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import { Recaller } from './recaller.ts';

const ROOM = { uri: 'room@school.example', address: '203.0.113.9' };
const OPTIONS = { uri: 'sip:room@203.0.113.9', target: '1001', displayName: 'Class', remote: ROOM };

class FakeCall extends EventEmitter {
  readonly ends: string[] = [];

  end(reason: string): void {
    this.ends.push(reason);
    this.emit('ended', reason);
  }
}

function calling(answer: FakeCall | EndReason | Error) {
  const recaller = new Recaller(async () => {
    if (answer instanceof Error) {
      throw answer;
    }
    return answer as SipCall | EndReason;
  });
  return { recaller, outcome: recaller.call(OPTIONS) };
}

describe('Recaller', () => {
  test('tells what became of the call', async () => {
    const answered = new FakeCall();
    const one = calling(answered);
    setImmediate(() => answered.emit('answered'));
    assert.equal(await one.outcome, 'answered');
    const busy = new FakeCall();
    const two = calling(busy);
    setImmediate(() => busy.emit('ended', 'busy'));
    assert.equal(await two.outcome, 'failed');
    assert.equal(await calling(new Error('no route')).outcome, 'failed');
    assert.equal(await calling('unknown-class').outcome, 'hopeless');
  });

  test('a room that calls by itself is called no more', async () => {
    const call = new FakeCall();
    const { recaller, outcome } = calling(call);
    setImmediate(() => {
      recaller.callsItself({ remoteUri: 'other@school.example', remoteAddress: ROOM.address });
      assert.deepEqual(call.ends, []);
      recaller.callsItself({ remoteUri: ROOM.uri, remoteAddress: ROOM.address });
    });
    assert.equal(await outcome, 'hopeless');
    assert.deepEqual(call.ends, ['replaced']);
  });

  test('a room that calls just after it has answered had lost that call', async () => {
    const call = new FakeCall();
    const { recaller, outcome } = calling(call);
    setImmediate(() => call.emit('answered'));
    await outcome;
    recaller.callsItself({ remoteUri: ROOM.uri, remoteAddress: ROOM.address });
    assert.deepEqual(call.ends, ['replaced']);
  });
});
