import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { configurationSchema } from '../configuration/schema.ts';
import { Diagnosis } from './diagnosis.ts';
import { diagnosisActions } from './diagnosis-actions.ts';
import { answer, BEGIN, invite, sipMessage, WAY } from './example-traces.ts';
import { LogTail } from './log-tail.ts';
import { timeline } from './timeline.ts';

const log = pino({ level: 'silent' });
const FACTS = { protocol: 'sip', direction: 'inbound', class: '1001', remote: 'room@192.0.2.7' } as const;

function diagnosis(keys: object = {}) {
  const clock = { now: BEGIN };
  const configuration = configurationSchema.parse({ diagnosis: keys });
  return { clock, configuration, made: new Diagnosis({ keys: configuration.diagnosis, log, now: () => clock.now }) };
}

test('what signalling, conference and engine tell comes together in one trace, and goes after its time', () => {
  const { clock, made } = diagnosis({ keepTime: 10 });
  made.sip?.message('in', invite('a'), WAY);
  made.sip?.named('call', 'a');
  made.recorder.began('call', FACTS);
  clock.now += 5;
  made.recorder.note('call', 'refused: capacity');
  made.legEvents([
    { leg: 'call', leftOut: 1, events: [{ kind: 'key-frame', at: clock.now + 1, step: 'asked', way: 'pli' }] },
  ]);
  clock.now += 10;
  made.sip?.message('out', answer('a', '486 Busy Here'), WAY);
  made.recorder.ended('call', 'capacity');
  const trace = made.find('call');
  assert.ok(trace !== undefined);
  assert.deepEqual(
    timeline(trace).map(({ kind }) => kind),
    ['sip', 'note', 'key-frame', 'sip'],
  );
  assert.deepEqual([trace.reason, trace.leftOut.media], ['capacity', 1]);
  clock.now += 9_999;
  made.figures([]);
  assert.equal(made.traces.length, 1);
  clock.now += 1;
  made.figures([]);
  assert.equal(made.traces.length, 0);
});

test('where nothing is to be kept, nobody is bothered', () => {
  const { made } = diagnosis({ keepTime: 0 });
  assert.equal(made.sip, undefined);
  made.recorder.began('call', FACTS);
  assert.deepEqual(made.traces, []);
});

test('a bundle has the calls of its class alone, and their lines of the log', async () => {
  const { made, configuration } = diagnosis();
  const logTail = new LogTail();
  for (const [id, code] of [
    ['ours', '1001'],
    ['another', '1002'],
  ] as const) {
    made.recorder.began(id, { ...FACTS, class: code });
    logTail.keep(`{"call":"${id}"}\n`);
  }
  made.sip?.message('in', sipMessage('INVITE sip:x SIP/2.0', ['Call-ID: stranger']), WAY);
  const health = () => ({ healthy: true, draining: false, parts: {}, upstream: [] });
  const { bundle } = diagnosisActions({ diagnosis: made, configuration, health, logTail });
  assert.equal(bundle('1002'), undefined, 'no such class');
  const tar = gunzipSync((await bundle('1001')) ?? '').toString('latin1');
  assert.match(tar, /calls\/ours\.txt\0/);
  assert.match(tar, /calls\/ours\.pcap\0/);
  assert.match(tar, /\{"call":"ours"\}/);
  assert.match(tar, /"classbridge": "/);
  assert.doesNotMatch(tar, /another|stranger/);
});
