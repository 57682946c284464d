import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestHash, readDigestAlgorithm } from './algorithm.ts';
import { digestResponse, hashedPassword } from './response.ts';

test('RFC 7616 §3.9.1: MD5 and SHA-256', () => {
  const expected = {
    MD5: '8ca523f5e9506fed4657c9700eebdbec',
    'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  } as const;
  for (const algorithm of ['MD5', 'SHA-256'] as const) {
    const response = digestResponse({
      algorithm,
      hashedPassword: hashedPassword(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life'),
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      protection: { cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', nonceCount: 1 },
      method: 'GET',
      uri: '/dir/index.html',
    });
    assert.equal(response, expected[algorithm]);
  }
});

test('RFC 2617 §3.5, and the same without qop as in RFC 2069', () => {
  const input = {
    algorithm: 'MD5',
    hashedPassword: hashedPassword('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life'),
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    protection: { cnonce: '0a4f113b', nonceCount: 1 },
    method: 'GET',
    uri: '/dir/index.html',
  } as const;
  assert.equal(digestResponse(input), '6629fae49393a05397450978507c4ef1');
  assert.equal(digestResponse({ ...input, protection: undefined }), '670fd8c2df070c60b045671b8b24ff02');
});

test('what baresip 1.1.0 and Linphone 5.3 compute for REGISTER', () => {
  const common = { nonce: 'abcdef0123456789', method: 'REGISTER' };
  assert.equal(
    digestResponse({
      ...common,
      algorithm: 'MD5',
      hashedPassword: hashedPassword('MD5', 'room1', 'classbridge', 'secret'),
      protection: { cnonce: 'f621f9080ec500ad', nonceCount: 1 },
      uri: 'sip:127.0.0.1:7801;transport=udp',
    }),
    '7bb2e4b1fd088ffdf9ce8cc74aec3dc3',
  );
  assert.equal(
    digestResponse({
      ...common,
      algorithm: 'SHA-256',
      hashedPassword: hashedPassword('SHA-256', 'room1', 'classbridge', 'secret'),
      protection: { cnonce: 'MIZzjMfI07a4hoJ8', nonceCount: 1 },
      uri: 'sip:127.0.0.1:7801',
    }),
    'fbbf74f4fd039d2afdc477af27fe49f68fb0de865f62af499d7f03295640e382',
  );
});

test('algorithms are known in any case, none means MD5, and texts are hashed in UTF-8', () => {
  assert.equal(readDigestAlgorithm('md5'), 'MD5');
  assert.equal(readDigestAlgorithm('sha-256'), 'SHA-256');
  assert.equal(readDigestAlgorithm(undefined), 'MD5');
  assert.equal(readDigestAlgorithm('MD5-sess'), undefined);
  assert.equal(digestHash('MD5', 'é'), digestHash('MD5', '\u00e9'));
  assert.equal(digestHash('MD5', ''), 'd41d8cd98f00b204e9800998ecf8427e');
  assert.notEqual(digestHash('MD5', 'é'), digestHash('MD5', 'e'));
});
