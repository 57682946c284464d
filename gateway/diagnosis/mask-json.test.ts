import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskJson, maskPage } from './mask-json.ts';

test('a page’s keys and its person’s name are masked, at any depth', () => {
  const text = JSON.stringify({
    id: 1,
    request: {
      type: 'connect',
      name: 'A pupil',
      transport: 't',
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
      iceParameters: { usernameFragment: 'ufrag', password: 'pwd', iceLite: true },
    },
  });
  assert.deepEqual(maskPage(text), {
    id: 1,
    request: {
      type: 'connect',
      name: 'masked',
      transport: 't',
      dtlsParameters: { role: 'client', fingerprints: 'masked' },
      iceParameters: { usernameFragment: 'masked', password: 'masked', iceLite: true },
    },
  });
});

test('of what is no JSON only the length is shown', () => {
  assert.deepEqual(maskPage('{"password":"x'), { unreadable: 14 });
});

test('a configuration shows names and no passwords, hashes and secrets; what is not set is seen not to be', () => {
  const configuration = {
    sip: { users: [{ name: 'room1', md5: 'm', sha256: 's' }], upstream: [{ user: 'u', password: 'p' }] },
    drachtio: { secret: 'cymru', host: undefined },
    web: { privateKey: undefined },
  };
  assert.deepEqual(maskJson(configuration, new Set(['name'])), {
    sip: {
      users: [{ name: 'room1', md5: 'masked', sha256: 'masked' }],
      upstream: [{ user: 'u', password: 'masked' }],
    },
    drachtio: { secret: 'masked', host: undefined },
    web: { privateKey: undefined },
  });
});
