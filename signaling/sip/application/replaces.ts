/** The dialog that a call takes the place of (RFC 3891 §3), named from the side of who wrote it. */
export interface Replaces {
  readonly callId: string;
  /** Tag of the side that receives the header. */
  readonly toTag: string;
  readonly fromTag: string;
  /** Only a dialog that is not answered yet may be replaced. */
  readonly earlyOnly: boolean;
}

/** Reads a Replaces header; undefined where it names no dialog. */
export function parseReplaces(text: string | undefined): Replaces | undefined {
  const [callId = '', ...parameters] = (text ?? '').split(';').map((part) => part.trim());
  const parameter = (name: string) =>
    parameters.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const [toTag, fromTag] = [parameter('to-tag'), parameter('from-tag')];
  if (callId === '' || toTag === undefined || fromTag === undefined) {
    return undefined;
  }
  return { callId, toTag, fromTag, earlyOnly: parameters.some((part) => part.toLowerCase() === 'early-only') };
}

/** Where a REFER sends a party (RFC 3515 §2.1). */
export interface ReferTarget {
  /** SIP URI without headers. */
  readonly uri: string;
  /** Replaces header for the call to it, where the transfer is an attended one. */
  readonly replaces: string | undefined;
}

/** Reads a Refer-To header; undefined where it holds no SIP URI, or asks for another method than INVITE. */
export function parseReferTo(text: string | undefined): ReferTarget | undefined {
  const value = (text ?? '').trim();
  const uri = /<([^<>]*)>/.exec(value)?.[1] ?? value.split(';')[0] ?? '';
  if (!/^sips?:[^\s]+$/i.test(uri)) {
    return undefined;
  }
  const [plain = '', headers = ''] = uri.split('?', 2);
  const method = /;method=([^;?]+)/i.exec(plain)?.[1];
  if (method !== undefined && method.toUpperCase() !== 'INVITE') {
    return undefined;
  }
  const replaces = headers
    .split('&')
    .map((pair) => pair.split('=', 2))
    .find(([name]) => name?.toLowerCase() === 'replaces')?.[1];
  return {
    uri: plain.replace(/;method=[^;?]+/i, ''),
    replaces: replaces === undefined ? undefined : unescaped(replaces),
  };
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
