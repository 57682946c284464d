import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { hashUser, sipUser, userLines } from './hash-user.ts';
import { ConfigurationFault, readConfiguration } from './read.ts';
import { readPassword } from './read-password.ts';

test('a hashed user is one that the configuration takes', () => {
  const user = hashUser('1001', 'classbridge', 'secret');
  // By md5sum and sha256sum of 1001:classbridge:secret.
  assert.equal(user.md5, '1f9539d8ae8b0e2339e6502d617f367b');
  assert.equal(user.sha256, '2ad5c74442af8a2d634a4a8b312fd46e8a79b06d092f5f7b4acdcf1dbc99fec7');
  // By printf %s secret | sha1sum.
  assert.equal(user.key, 'e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4');
  const { sip, h323 } = readConfiguration(userLines(user), {});
  assert.deepEqual(sip.users, [sipUser(user)]);
  assert.deepEqual(h323.gatekeeper.users, [{ name: user.name, key: user.key }]);
});

test('names that cannot stand in a SIP URI and empty passwords are refused', () => {
  for (const name of ['', 'a b', 'a:b', 'a@b', 'a"b', 'x'.repeat(65)]) {
    assert.throws(() => hashUser(name, 'r', 'p'), ConfigurationFault, name);
  }
  assert.throws(() => hashUser('a', 'r', ''), ConfigurationFault);
});

test('a password is the first line of a file or pipe, or all of it', async () => {
  const shown = new PassThrough();
  const read = (...chunks: (string | Buffer)[]) =>
    readPassword(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), shown);
  assert.equal(await read('sec', 'ret\nmore'), 'secret');
  assert.equal(await read('密码'), '密码');
  const bytes = Buffer.from('密\r\n');
  assert.equal(await read(bytes.subarray(0, 1), bytes.subarray(1)), '密');
  assert.equal(await read('back\u007fspace'), 'back\u007fspace');
  await assert.rejects(read('x'.repeat(2000)), /at most 1024/);
  assert.equal(shown.read(), null);
});

test('a terminal shows nothing of it, and corrects', async () => {
  const terminal = (text: string) => {
    const modes: boolean[] = [];
    const input = Object.assign(Readable.from([Buffer.from(text)]), {
      isTTY: true,
      setRawMode: (raw: boolean) => modes.push(raw),
    });
    return { input, modes };
  };
  const shown = new PassThrough();
  const { input, modes } = terminal('sex\u007fcret密\u007f\r');
  assert.equal(await readPassword(input, shown), 'secret');
  assert.deepEqual(modes, [true, false]);
  assert.equal(String(shown.read()), 'password: \n');
  const givenUp = terminal('sec\u0003');
  await assert.rejects(readPassword(givenUp.input, shown), /no password/);
  assert.deepEqual(givenUp.modes, [true, false]);
});
