import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { generate } from 'selfsigned';
import { samples } from './example-figures.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { addStateMetrics } from './state-metrics.ts';

test('the state is read anew each time', async () => {
  const registry = new Registry();
  const notAfterDate = new Date('2027-05-01T00:00:00Z');
  const { cert } = await generate([{ name: 'commonName', value: 'a' }], { notAfterDate });
  let certificate: string | undefined;
  let engine = true;
  addStateMetrics({
    registry,
    health: () => ({ healthy: engine, draining: false, parts: { engine, sip: true }, upstream: [] }),
    ports: () => ({ free: engine ? 8 : 6, used: engine ? 0 : 2 }),
    quarantined: () => 1,
    certificate: () => certificate,
  });
  const first = samples(await registry.metrics());
  assert.equal(first.get('healthy'), 1);
  assert.equal(first.get('part_healthy{part="engine"}'), 1);
  assert.equal(first.get('media_port_pairs{state="free"}'), 8);
  assert.equal([...first.keys()].filter((name) => name.startsWith('build_info{version="')).length, 1);
  assert.ok(Number.isNaN(first.get('web_certificate_expiry_timestamp_seconds')));
  assert.equal(first.get('quarantined_sources'), 1);
  engine = false;
  certificate = cert;
  const second = samples(await registry.metrics());
  assert.equal(second.get('healthy'), 0);
  assert.equal(second.get('part_healthy{part="engine"}'), 0);
  assert.equal(second.get('part_healthy{part="sip"}'), 1);
  assert.equal(second.get('media_port_pairs{state="used"}'), 2);
  assert.equal(second.get('web_certificate_expiry_timestamp_seconds'), notAfterDate.getTime() / 1000);
});

test('processes: what those take that run, and restarts from zero', async () => {
  const registry = new Registry();
  const metrics = new ProcessMetrics({
    registry,
    processId: (name) => ({ gateway: process.pid, engine: undefined, 'engine-standby': undefined, sfu: 2 ** 30 })[name],
  });
  metrics.restarted('engine', 'hung');
  const read = samples(await registry.metrics());
  assert.equal(read.get('process_restarts_total{process="engine",reason="hung"}'), 1);
  assert.equal(read.get('process_restarts_total{process="sfu",reason="died"}'), 0);
  assert.ok((read.get('process_cpu_seconds_total{process="gateway"}') ?? 0) > 0);
  assert.ok((read.get('process_resident_memory_bytes{process="gateway"}') ?? 0) > 1e6);
  assert.equal(read.get('process_resident_memory_bytes{process="engine"}'), undefined);
  assert.equal(read.get('process_open_fds{process="sfu"}'), undefined);
});
