/**
 * Header fields of a response that hold these challenges, each in a line of its own: they must not be joined by commas (RFC 3261
 * §7.3.1), and drachtio-srf joins what it is given under one name.
 */
export function challengeHeaders(challenges: readonly string[]): Record<string, string> {
  return challenges.length === 0 ? {} : { 'WWW-Authenticate': challenges.join('\r\nWWW-Authenticate: ') };
}
