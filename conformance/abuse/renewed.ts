/**
 * A message with a branch and a Call-ID of its own, so that it is not taken for the repetition of another one. What has
 * neither stays as it is.
 */
export function renewed(message: Buffer, token: string): Buffer {
  const text = message.toString('latin1');
  return Buffer.from(
    text.replace('branch=z9hG4bK', `branch=z9hG4bK${token}`).replace(/^(Call-ID|i)([ \t]*:[ \t]*)/im, `$1$2${token}.`),
    'latin1',
  );
}
