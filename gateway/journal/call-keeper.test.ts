import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import { CallKeeper, type Dialled } from './call-keeper.ts';
import { EXAMPLE_DIALOG } from './example-records.ts';
import { FakeJournal } from './fake-journal.ts';
import type { Journal } from './journal.ts';
import type { CallRecord } from './record.ts';

class FakeCall extends EventEmitter {
  readonly id = 'a';
  readonly target = '1001';
  readonly remoteUri: string;
  readonly remoteAddress = '203.0.113.9';

  constructor(remoteUri = 'room@school.example') {
    super();
    this.remoteUri = remoteUri;
  }
}

/** What the journal says of a call with this dialog. */
function kept({
  dialog = EXAMPLE_DIALOG,
  dialled,
  isTwoWay = true,
  remoteUri,
}: {
  dialog?: typeof EXAMPLE_DIALOG;
  dialled?: Dialled;
  isTwoWay?: boolean;
  remoteUri?: string;
}) {
  const journal = new FakeJournal();
  const keeper = new CallKeeper(journal as unknown as Journal, () => isTwoWay);
  const call = new FakeCall(remoteUri);
  keeper.watch(call as unknown as SipCall, dialled);
  assert.equal(journal.records.size, 0);
  keeper.dialog('a', dialog);
  const record = journal.records.get('a');
  assert.ok(record?.kind === 'call');
  return { record, journal, call, keeper };
}

const redial = ({ record }: { record: CallRecord }) => record.redial;

describe('CallKeeper', () => {
  test('keeps a call from its dialog to its end', () => {
    const { record, journal, call, keeper } = kept({});
    assert.deepEqual([record.class, record.dialog], ['1001', EXAMPLE_DIALOG]);
    call.emit('ended', 'remote-hangup');
    assert.equal(journal.records.size, 0);
    keeper.dialog('a', EXAMPLE_DIALOG);
    assert.equal(journal.records.size, 0, 'what is over does not come back');
  });

  test('a room that called is called where its requests go', () => {
    const remote = { uri: 'room@school.example', address: '203.0.113.9' };
    assert.deepEqual(redial(kept({})), { uri: EXAMPLE_DIALOG.remoteTarget, lateOffer: false, remote });
    const nat = { ...EXAMPLE_DIALOG, remoteTarget: 'sip:room@10.0.0.1' };
    const proxy = 'sip:203.0.113.9:5070;transport=udp';
    assert.deepEqual(redial(kept({ dialog: nat })), { uri: 'sip:room@10.0.0.1', lateOffer: false, remote, proxy });
    const routed = { ...EXAMPLE_DIALOG, routeSet: ['<sip:pbx.example;lr>'] };
    const uri = EXAMPLE_DIALOG.remoteUri;
    assert.deepEqual(redial(kept({ dialog: routed })), { uri, lateOffer: false, remote, proxy: 'sip:pbx.example;lr' });
  });

  test('a room that was called is called in the same way', () => {
    const dialled = { uri: 'sip:room@192.0.2.7', proxy: 'sip:192.0.2.1', lateOffer: true };
    const remote = { uri: 'room@school.example', address: '203.0.113.9' };
    assert.deepEqual(redial(kept({ dialled })), { ...dialled, remote });
  });

  test('says why somebody will not be called again, and keeps no password', () => {
    const password = { uri: 'sip:room@192.0.2.7', credentials: { username: 'u', password: 'secret' } };
    const { record } = kept({ dialled: password });
    assert.deepEqual([record.redial, record.why], [undefined, 'password']);
    assert.ok(!JSON.stringify(record).includes('secret'));
    assert.equal(kept({ isTwoWay: false }).record.why, 'one-way');
    for (const remoteUri of ['anonymous@anonymous.invalid', 'Anonymous@10.0.0.1', '@10.0.0.1']) {
      assert.equal(kept({ remoteUri }).record.why, 'anonymous');
    }
  });
});
