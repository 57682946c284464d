import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptText } from '../configuration/kept-text.ts';

/** The bearer token of the API: kept in the data folder, made at the first start. */
export interface ApiToken {
  readonly text: string;
  /** Made just now: to be shown to the operator. */
  readonly isNew: boolean;
}

/** Reads the token of a folder, or makes it. Rejects when the folder cannot be written, or the token is there and cannot be read. */
export async function apiTokenIn(folder: string): Promise<ApiToken> {
  const path = join(folder, 'api-token');
  const kept = (await keptText(path))?.trim() ?? '';
  if (kept.length >= 32) {
    return { text: kept, isNew: false };
  }
  const text = randomBytes(24).toString('base64url');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, `${text}\n`, { mode: 0o600 });
  return { text, isNew: true };
}

/** Whether an Authorization header bears the token (RFC 6750 §2.1). Takes the same time for every wrong one. */
export function bearsToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
