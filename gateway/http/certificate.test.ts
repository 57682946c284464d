import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { certificateFor } from './certificate.ts';

const NONE = { certificate: undefined, privateKey: undefined };

test('a self-signed certificate is made once, for every address, and kept private', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'classbridge-'));
  try {
    const first = await certificateFor(NONE, folder, ['198.51.100.4', '127.0.0.1']);
    const certificate = new X509Certificate(first.cert);
    assert.equal(certificate.checkIP('198.51.100.4'), '198.51.100.4');
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.ok(Date.parse(certificate.validTo) - Date.now() < 825 * 86_400_000);
    assert.equal((await stat(join(folder, 'private-key.pem'))).mode & 0o077, 0);
    assert.deepEqual(await certificateFor(NONE, folder, ['127.0.0.1']), first);
    const other = await certificateFor(NONE, folder, ['203.0.113.5']);
    assert.notEqual(other.cert, first.cert);
    const files = { certificate: join(folder, 'certificate.pem'), privateKey: join(folder, 'private-key.pem') };
    assert.deepEqual(await certificateFor(files, '/nowhere', ['198.51.100.9']), other);
  } finally {
    await rm(folder, { recursive: true });
  }
});
