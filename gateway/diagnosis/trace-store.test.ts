import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, BEGIN, invite, sipMessage, WAY } from './example-traces.ts';
import { timeline } from './timeline.ts';
import { TraceStore } from './trace-store.ts';

const FACTS = { protocol: 'sip', direction: 'inbound', class: '1001', remote: 'room@192.0.2.7' } as const;
const LIMITS = { keepTime: 60_000, callBytes: 64_000, totalBytes: 1_000_000 };

function kinds(store: TraceStore, id: string): string[] {
  const trace = store.find(id);
  return trace === undefined ? [] : timeline(trace).map(({ kind }) => kind);
}

test('messages before a call has its name are its own, in their time', () => {
  const store = new TraceStore(LIMITS);
  store.message('in', invite('a'), WAY, BEGIN);
  store.message('out', answer('a', '401 Unauthorized'), WAY, BEGIN + 1);
  store.named('call', 'a', BEGIN + 5);
  store.begin('call', FACTS, BEGIN + 5);
  store.add('call', { kind: 'note', at: BEGIN + 6, words: 'x' });
  store.message('in', sipMessage('BYE sip:1001@x SIP/2.0', ['Call-ID: a', 'CSeq: 2 BYE']), WAY, BEGIN + 9);
  assert.deepEqual(kinds(store, 'call'), ['sip', 'sip', 'note', 'sip']);
  assert.equal(store.find('call')?.beganAt, BEGIN);
  assert.deepEqual(
    store.list().map(({ id }) => id),
    ['call'],
  );
});

test('only an INVITE begins a trace', () => {
  const store = new TraceStore(LIMITS);
  store.message('in', sipMessage('OPTIONS sip:x SIP/2.0', ['Call-ID: o', 'CSeq: 1 OPTIONS']), WAY, BEGIN);
  store.message('in', answer('p', '200 OK'), WAY, BEGIN);
  store.message('in', Buffer.from('\r\n'), WAY, BEGIN);
  assert.deepEqual(store.list(), []);
});

test('an invitation that never becomes a call is kept under a name of its own, with what was said of it', () => {
  const store = new TraceStore(LIMITS);
  store.message('in', invite('a'), WAY, BEGIN);
  store.remark('a', 'refused: its SDP cannot be read', BEGIN + 1);
  const [trace] = store.list();
  assert.ok(trace !== undefined);
  assert.equal(store.find(trace.id), trace);
  assert.deepEqual(kinds(store, trace.id), ['sip', 'note']);
});

test('what ended is kept for its time and not longer; what lives stays', () => {
  const store = new TraceStore(LIMITS);
  for (const [index, id] of ['first', 'second', 'third'].entries()) {
    store.begin(id, FACTS, BEGIN + index);
  }
  store.message('in', invite('stranger'), WAY, BEGIN);
  store.ended('second', 'remote-hangup', BEGIN + 1000);
  store.ended('second', 'internal-error', BEGIN + 2000);
  store.ended('first', 'cancelled', BEGIN + 30_000);
  assert.equal(store.find('second')?.reason, 'remote-hangup');
  store.expire(BEGIN + 60_999);
  assert.equal(store.list().length, 3, 'the stranger is forgotten');
  store.expire(BEGIN + 61_000);
  assert.deepEqual(
    store.list().map(({ id }) => id),
    ['first', 'third'],
  );
  store.expire(BEGIN + 1e9);
  assert.deepEqual(
    store.list().map(({ id }) => id),
    ['third'],
  );
});

test('a flood of invitations pushes out nothing but its own', () => {
  const store = new TraceStore(LIMITS);
  store.message('in', invite('a'), WAY, BEGIN);
  store.named('call', 'a', BEGIN);
  store.ended('call', 'remote-hangup', BEGIN + 1);
  for (let index = 0; index < 5000; index++) {
    store.message('in', invite(`flood-${index}`), WAY, BEGIN + index);
    assert.ok(store.bytes <= LIMITS.totalBytes / 4);
  }
  assert.deepEqual(kinds(store, 'call'), ['sip']);
  assert.ok(store.list().length > 50);
});

test('one call stays within its bound, all within theirs; ended ones go before live ones, the oldest first', () => {
  const store = new TraceStore({ keepTime: 60_000, callBytes: 40_000, totalBytes: 100_000 });
  const fill = (id: string) => {
    for (let index = 0; index < 200; index++) {
      store.add(id, { kind: 'page', at: BEGIN + index, direction: 'in', text: 'x'.repeat(1000) });
      assert.ok(store.bytes <= 100_000);
    }
  };
  for (const id of ['live', 'old', 'new']) {
    store.begin(id, FACTS, BEGIN);
  }
  fill('live');
  assert.ok(store.bytes <= 40_000);
  store.ended('old', 'remote-hangup', BEGIN + 1);
  fill('old');
  store.ended('new', 'remote-hangup', BEGIN + 2);
  for (const id of ['new', 'fourth', 'fifth', 'sixth', 'seventh']) {
    store.begin(id, FACTS, BEGIN);
    fill(id);
  }
  const left = store.list().map(({ id }) => id);
  assert.ok(!left.includes('old') && !left.includes('new'), left.join(' '));
  assert.ok(left.includes('seventh'));
});

test('what is told of calls that are not known is passed over', () => {
  const store = new TraceStore(LIMITS);
  store.add('nobody', { kind: 'note', at: BEGIN, words: 'x' });
  store.media('nobody', [], 3);
  store.ended('nobody', 'remote-hangup', BEGIN);
  store.remark('nobody', 'x', BEGIN);
  assert.deepEqual([store.list(), store.bytes], [[], 0]);
});

const H323_FACTS = { protocol: 'h323', direction: 'inbound', class: '1001', remote: 'Room' } as const;
const H323_WAY = { ...WAY, protocol: 'tcp' } as const;

function signalling(octets = 100) {
  return { channel: 'call-signalling', packet: new Uint8Array(octets), way: H323_WAY } as const;
}

test('a Setup is kept before its call is known, and is the call’s from then on', () => {
  const store = new TraceStore(LIMITS);
  store.h323('a-1', 'in', signalling(), BEGIN);
  assert.equal(store.find('a-1')?.facts, undefined);
  store.begin('a-1', H323_FACTS, BEGIN + 1);
  store.h323('a-1', 'out', signalling(), BEGIN + 2);
  assert.deepEqual(kinds(store, 'a-1'), ['h323', 'h323']);
  assert.deepEqual([store.list().length, store.find('a-1')?.beganAt], [1, BEGIN]);
});

test('what is kept of a message does not change with its buffer', () => {
  const store = new TraceStore(LIMITS);
  const message = signalling(4);
  store.h323('a-1', 'in', message, BEGIN);
  message.packet.fill(9);
  const [entry] = store.find('a-1')?.entries() ?? [];
  assert.ok(entry?.kind === 'h323');
  assert.deepEqual([...entry.packet], [0, 0, 0, 0]);
});

test('only call signalling that comes begins a trace of H.323', () => {
  const store = new TraceStore(LIMITS);
  store.h323('a-1', 'out', signalling(), BEGIN);
  store.h323('a-1', 'in', { ...signalling(), channel: 'control' }, BEGIN);
  assert.deepEqual(store.list(), []);
});

test('Setups that become no calls push out nothing but their own, and are forgotten in time', () => {
  const store = new TraceStore(LIMITS);
  store.begin('call', H323_FACTS, BEGIN);
  store.h323('call', 'in', signalling(), BEGIN);
  for (let index = 0; index < 2000; index++) {
    store.h323(`stranger-${index}`, 'in', signalling(1000), BEGIN);
  }
  assert.deepEqual(kinds(store, 'call'), ['h323']);
  assert.ok(store.bytes <= LIMITS.totalBytes);
  store.expire(BEGIN + LIMITS.keepTime);
  assert.deepEqual(
    store.list().map(({ id }) => id),
    ['call'],
  );
});
