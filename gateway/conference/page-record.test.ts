import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallRecorder, NO_RECORDER } from '../diagnosis/call-recorder.ts';
import { PageRecord } from './page-record.ts';

function recorded() {
  const told: string[] = [];
  const recorder: CallRecorder = {
    ...NO_RECORDER,
    began: (call, { class: code }) => told.push(`began ${call} ${code}`),
    note: (call, words) => told.push(`note ${call} ${words}`),
    page: (call, direction, text) => told.push(`${direction} ${call} ${text}`),
    ended: (call, reason) => told.push(`ended ${call} ${reason}`),
  };
  return { told, record: new PageRecord(recorder) };
}

test('what a page says before it joins is told once it has a call', () => {
  const { told, record } = recorded();
  record.message('in', 'join');
  assert.deepEqual(told, []);
  record.joins('call', '1001');
  record.message('out', 'ok');
  assert.deepEqual(told, ['began call 1001', 'in call join', 'out call ok']);
});

test('a page that never joins is held in bounded room', () => {
  const { told, record } = recorded();
  for (let index = 0; index < 1000; index++) {
    record.message('in', String(index));
  }
  record.joins('call', '1001');
  assert.equal(told.length, 21);
});

test('a page that is not let in has a trace that says why', () => {
  const { told, record } = recorded();
  record.refused('capacity');
  record.joins('call', 'none');
  record.refused('unknown-class');
  assert.deepEqual(told, ['began call none', 'note call refused: unknown-class', 'ended call unknown-class']);
});
