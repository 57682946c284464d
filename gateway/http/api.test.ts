import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { type DialRequest, registerApi } from './api.ts';

const TOKEN = 'x'.repeat(32);
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

function server(dialled: DialRequest[] = []) {
  const fastify = Fastify();
  registerApi(fastify, TOKEN, {
    lessons: () => [],
    dial: (request) => {
      dialled.push(request);
      if (request.class === 'none') {
        return Promise.resolve('unknown-class');
      }
      return request.to === 'sip:nowhere' ? Promise.reject(new Error('no route')) : Promise.resolve({ id: 'call-1' });
    },
    hangUp: (id) => id === 'call-1',
  });
  return fastify;
}

test('nothing is done without the token', async () => {
  const dialled: DialRequest[] = [];
  const api = server(dialled);
  for (const headers of [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: TOKEN },
    { authorization: `Basic ${TOKEN}` },
  ]) {
    const response = await api.inject({
      method: 'POST',
      url: '/api/v1/calls',
      headers,
      payload: { class: '1001', to: 'sip:a@b' },
    });
    assert.equal(response.statusCode, 401);
    assert.equal(response.json().error.code, 'unauthorized');
  }
  assert.deepEqual(dialled, []);
});

const ANSWERS: readonly [what: string, payload: unknown, status: number, code: string | undefined][] = [
  ['a call is made', { class: '1001', to: 'sip:room@192.0.2.7' }, 201, undefined],
  ['a class that is not there', { class: 'none', to: 'sip:a@b' }, 404, 'unknown-class'],
  ['a host that nobody knows', { class: '1001', to: 'sip:nowhere' }, 502, 'unreachable'],
  ['a missing field', { class: '1001' }, 400, 'bad-request'],
  ['a field too many', { class: '1001', to: 'sip:a@b', extra: 1 }, 400, 'bad-request'],
  ['no JSON', 'class=1001', 400, 'bad-request'],
  ['nothing', '', 400, 'bad-request'],
];
for (const [what, payload, status, code] of ANSWERS) {
  test(what, async () => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const headers = { ...AUTHORIZED, 'content-type': 'application/json' };
    const response = await server().inject({ method: 'POST', url: '/api/v1/calls', headers, payload: text });
    assert.equal(response.statusCode, status);
    assert.equal(response.json().error?.code, code);
  });
}

test('calls are hung up by their id', async () => {
  const api = server();
  const hangUp = async (id: string) =>
    (await api.inject({ method: 'DELETE', url: `/api/v1/calls/${id}`, headers: AUTHORIZED })).statusCode;
  assert.equal(await hangUp('call-1'), 204);
  assert.equal(await hangUp('call-2'), 404);
});

test('a call is hung up whatever type its empty body is said to have', async () => {
  const api = server();
  for (const type of [undefined, 'application/json', 'application/json; charset=utf-8']) {
    const headers = { ...AUTHORIZED, ...(type === undefined ? {} : { 'content-type': type }) };
    for (const payload of [undefined, '']) {
      const request = { method: 'DELETE', url: '/api/v1/calls/call-1', headers } as const;
      const response = await api.inject(payload === undefined ? request : { ...request, payload });
      assert.equal(response.statusCode, 204, `${type} ${payload}`);
    }
  }
});
