const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

/** Whether text is an IPv4 literal. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** Whether text is an IPv6 literal, without brackets or zone. */
export function isIpv6(text: string): boolean {
  return text.length <= 45 && /^[0-9a-f:.]+$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);
}

/** The address type of a c= or o= line: `IN IP4 …` or `IN IP6 …` (RFC 8866 §5.7). */
export function connectionData(address: string): string {
  return `IN ${isIpv6(address) ? 'IP6' : 'IP4'} ${address}`;
}

/**
 * The address of a c= line, or `0.0.0.0` for what is no literal: a host name is not resolved here, and then nothing can be
 * sent until the peer's own packets show where it is.
 */
export function literalOf(text: string): string {
  const [address = ''] = text.split('/');
  return isIpv4(address) || isIpv6(address) ? address : '0.0.0.0';
}
