import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { CallTrace } from '../diagnosis/call-trace.ts';
import { BEGIN, invite, WAY } from '../diagnosis/example-traces.ts';
import { registerApi } from './api.ts';

const TOKEN = 'x'.repeat(32);
const headers = { authorization: `Bearer ${TOKEN}` };

function server() {
  const trace = new CallTrace('call-1', 64_000, BEGIN);
  trace.facts = { protocol: 'sip', direction: 'inbound', class: '1001', remote: 'room@192.0.2.7' };
  trace.push({ kind: 'sip', at: BEGIN, direction: 'in', ...WAY, text: invite('a').toString('latin1') });
  trace.endedAt = BEGIN + 1000;
  trace.reason = 'remote-hangup';
  const fastify = Fastify();
  registerApi(fastify, TOKEN, {
    lessons: () => [],
    dial: () => Promise.resolve('shutdown'),
    hangUp: () => false,
    diagnosis: {
      traces: () => [trace],
      find: (id) => (id === trace.id ? trace : undefined),
      bundle: (code) => (code === '1001' ? Promise.resolve(Buffer.from('bundle')) : undefined),
    },
  });
  return fastify;
}

const get = (url: string, more: Record<string, string> = {}) =>
  server().inject({ url: `/api/v1${url}`, headers: { ...headers, ...more } });

test('nothing is told without the token', async () => {
  for (const url of ['/calls', '/calls/call-1', '/calls/call-1/trace', '/lessons/1001/bundle']) {
    assert.equal((await server().inject({ url: `/api/v1${url}` })).statusCode, 401, url);
  }
});

test('calls that are over are listed and told of', async () => {
  const call = {
    id: 'call-1',
    class: '1001',
    protocol: 'sip',
    direction: 'inbound',
    remote: 'room@192.0.2.7',
    state: 'ended',
    began: '2023-11-14T22:13:20.000Z',
    ended: '2023-11-14T22:13:21.000Z',
    reason: 'remote-hangup',
  };
  assert.deepEqual((await get('/calls')).json(), { calls: [], kept: [call] });
  assert.deepEqual((await get('/calls/call-1')).json(), call);
});

const FORMATS: readonly [url: string, accept: string, type: RegExp, begins: RegExp][] = [
  ['', '*/*', /^application\/json/, /^\{"id":"call-1"/],
  ['', 'text/plain', /^text\/plain/, /^call call-1\n/],
  ['', 'application/vnd.tcpdump.pcap', /^application\/vnd\.tcpdump\.pcap/, /^\xa1\xb2/],
  ['?format=ladder', 'application/json', /^text\/plain/, /^call call-1\n/],
  ['?format=json', 'text/plain', /^application\/json/, /^\{/],
];
for (const [url, accept, type, begins] of FORMATS) {
  test(`a trace as ${accept} ${url}`, async () => {
    const response = await get(`/calls/call-1/trace${url}`, { accept });
    assert.equal(response.statusCode, 200);
    assert.match(String(response.headers['content-type']), type);
    assert.match(response.rawPayload.toString('latin1'), begins);
  });
}

test('the bundle is an archive with a name', async () => {
  const response = await get('/lessons/1001/bundle');
  assert.deepEqual(
    [response.headers['content-type'], response.headers['content-disposition'], response.body],
    ['application/gzip', 'attachment; filename="lesson-1001.tar.gz"', 'bundle'],
  );
});

const FAULTS: readonly [url: string, status: number, code: string][] = [
  ['/calls/nobody', 404, 'unknown-call'],
  ['/calls/nobody/trace', 404, 'unknown-call'],
  ['/calls/call-1/trace?format=xml', 400, 'bad-request'],
  ['/lessons/1002/bundle', 404, 'unknown-class'],
  ['/lessons/a%20b/bundle', 404, 'unknown-class'],
];
for (const [url, status, code] of FAULTS) {
  test(`${url} is answered by ${code}`, async () => {
    const response = await get(url);
    assert.equal(response.statusCode, status);
    assert.equal(response.json().error?.code, code);
  });
}
