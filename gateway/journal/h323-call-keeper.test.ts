import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { RoomCall } from '#signaling/call/room-call.ts';
import { FakeJournal } from './fake-journal.ts';
import { H323CallKeeper } from './h323-call-keeper.ts';
import { readJournal, writeLine } from './journal-text.ts';

class FakeCall extends EventEmitter {
  readonly id = 'a-1';
  readonly target = '1001';
  readonly remoteUri = 'Room 3';
  readonly remoteAddress = '203.0.113.9';
}

function kept(uri: string | undefined) {
  const journal = new FakeJournal();
  const keeper = new H323CallKeeper(journal);
  const call = new FakeCall();
  keeper.watch(call as unknown as RoomCall, uri);
  assert.equal(journal.records.size, 0, 'who has not joined is not called again');
  keeper.joined(call as unknown as RoomCall);
  return { journal, call, keeper, record: journal.records.get('a-1') };
}

test('a room is called again where it takes calls, and the journal can be read', () => {
  const { journal, call, keeper, record } = kept('h323:Room 3@203.0.113.9:1720');
  assert.deepEqual(record, {
    kind: 'call',
    id: 'a-1',
    class: '1001',
    redial: {
      uri: 'h323:Room 3@203.0.113.9:1720',
      lateOffer: false,
      remote: { uri: 'Room 3', address: '203.0.113.9' },
    },
  });
  const { records, unreadable } = readJournal(writeLine(record));
  assert.deepEqual([[...records.values()], unreadable], [[record], 0]);
  call.emit('ended', 'remote-hangup');
  assert.equal(journal.records.size, 0);
  keeper.joined(call as unknown as RoomCall);
  assert.equal(journal.records.size, 0, 'a call that is over does not come back');
});

test('a room whose address nobody knows is not called again, and it is said why', () => {
  assert.deepEqual(kept(undefined).record, { kind: 'call', id: 'a-1', class: '1001', why: 'no-address' });
});
