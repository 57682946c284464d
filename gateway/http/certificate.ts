import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { keptText } from '../configuration/kept-text.ts';

/** Chain and key in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Browsers refuse server certificates that are valid for longer than 825 days, in ms. */
const VALIDITY = 820 * 24 * 3600 * 1000;
/** A certificate that ends sooner than this (ms) is replaced at the start. */
const RENEW_BEFORE = 30 * 24 * 3600 * 1000;

/**
 * The certificate of the pages: the operator's where both files are named, else a self-signed one for `addresses`, kept in
 * `folder` and made anew when it is about to end or an address is missing from it. Rejects when a file cannot be read.
 */
export async function certificateFor(
  files: { readonly certificate?: string | undefined; readonly privateKey?: string | undefined },
  folder: string,
  addresses: readonly string[],
): Promise<Certificate> {
  if (files.certificate !== undefined && files.privateKey !== undefined) {
    const [cert, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.privateKey, 'utf8')]);
    return { cert, key };
  }
  const paths = { cert: join(folder, 'certificate.pem'), key: join(folder, 'private-key.pem') };
  const kept = await readKept(paths);
  if (kept !== undefined && suits(kept.cert, addresses)) {
    return kept;
  }
  const made = await makeSelfSigned(addresses);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(paths.key, made.key, { mode: 0o600 });
  await writeFile(paths.cert, made.cert);
  return made;
}

async function readKept(paths: { cert: string; key: string }): Promise<Certificate | undefined> {
  const [cert, key] = await Promise.all([keptText(paths.cert), keptText(paths.key)]);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function suits(pem: string, addresses: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const lasts = Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE;
    return lasts && addresses.every((address) => certificate.checkIP(address) !== undefined);
  } catch {
    return false;
  }
}

async function makeSelfSigned(addresses: readonly string[]): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'Classbridge' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + VALIDITY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [{ type: 2, value: 'localhost' }, ...addresses.map((ip) => ({ type: 7 as const, ip }))],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
