import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';
import { type Health, operatorServer } from './operator-server.ts';

function server(health: () => Health) {
  return operatorServer({ health, metrics: new Metrics({ askedBitRate: 2_000_000 }), lessons: () => [] });
}

test('health is 200 while every part works, 503 otherwise, and says which does not', async () => {
  let health: Health = { healthy: true, draining: false, parts: { engine: true, sip: true }, upstream: [] };
  const made = server(() => health);
  const well = await made.inject('/health');
  assert.equal(well.statusCode, 200);
  assert.deepEqual(well.json(), health);
  health = { healthy: false, draining: false, parts: { engine: false, sip: true }, upstream: [] };
  const ill = await made.inject('/health');
  assert.equal(ill.statusCode, 503);
  assert.deepEqual(ill.json(), health);
  await made.close();
});

test('metrics are Prometheus text', async () => {
  const made = server(() => ({ healthy: true, draining: false, parts: {}, upstream: [] }));
  const answer = await made.inject('/metrics');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(answer.body, /^# TYPE classbridge_calls_ended_total counter$/m);
  await made.close();
});

test('there is nothing else', async () => {
  const made = server(() => ({ healthy: true, draining: false, parts: {}, upstream: [] }));
  assert.equal((await made.inject('/')).statusCode, 404);
  assert.equal((await made.inject({ method: 'POST', url: '/health' })).statusCode, 404);
  await made.close();
});
