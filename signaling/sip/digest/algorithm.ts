import { createHash } from 'node:crypto';

/** Hash functions of digest authentication that rooms speak (RFC 7616 §6.1, RFC 8760 §2.1). */
export const DIGEST_ALGORITHMS = ['SHA-256', 'MD5'] as const;
/** One of `DIGEST_ALGORITHMS`, in the spelling of challenges. */
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

const NODE_NAMES: Readonly<Record<DigestAlgorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

/** H(data) of RFC 7616 §3.3: lower-case hexadecimal digits of the hash of the text in UTF-8. */
export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(NODE_NAMES[algorithm]).update(text, 'utf8').digest('hex');
}

/**
 * Reads an `algorithm` parameter in any case; an absent one means MD5 (RFC 7616 §3.3).
 * @returns undefined for algorithms that are not known here, such as the session variants
 */
export function readDigestAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  return text === undefined ? 'MD5' : DIGEST_ALGORITHMS.find((name) => name === text.toUpperCase());
}
