/**
 * Whether a WebSocket handshake comes from a page of this very host: the `Origin` header (RFC 6454 §7) names the host of
 * the `Host` header. A handshake without `Origin` comes from no browser and is let through: what the check guards
 * against is a foreign page that uses a visitor's browser (RFC 6455 §10.2).
 */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  if (host === undefined) return false;
  const page = parse(origin);
  if (page === undefined || (page.protocol !== 'https:' && page.protocol !== 'http:')) return false;
  // Read with the page's scheme, so that a default port written out compares equal.
  const self = parse(`${page.protocol}//${host}`);
  return self !== undefined && page.host === self.host;
}

function parse(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}
