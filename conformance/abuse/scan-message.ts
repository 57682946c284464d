/** Methods that scanners try, in turn. */
const METHODS = ['INVITE', 'REGISTER', 'OPTIONS'] as const;

/** One request of a scan. */
export interface ScanRequest {
  /** Counts the requests: names the user that is tried, the From tag, branch and Call-ID. */
  readonly number: number;
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly userAgent: string;
  /** Who it says it is from; else the user that is tried. */
  readonly user?: string | undefined;
}

/** A request as scanners send them: whole SIP, another user name, From tag and call each time. */
export function scanMessage({ number, from, to, userAgent, user: claimed }: ScanRequest): Buffer {
  const method = METHODS[number % METHODS.length] ?? 'OPTIONS';
  const user = String(100 + Math.floor(number / METHODS.length));
  const sender = claimed ?? user;
  const ends = { from: `${from.address}:${from.port}`, to: `${to.address}:${to.port}` };
  const body = method === 'INVITE' ? sdp(from.address) : '';
  return Buffer.from(
    [
      `${method} sip:${method === 'REGISTER' ? to.address : `${user}@${to.address}`} SIP/2.0`,
      `Via: SIP/2.0/UDP ${ends.from};branch=z9hG4bK-scan-${number};rport`,
      'Max-Forwards: 70',
      `From: "${sender}" <sip:${sender}@${to.address}>;tag=${number.toString(16)}`,
      `To: "${user}" <sip:${user}@${to.address}>`,
      `Call-ID: scan-${number}@${from.address}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${sender}@${ends.from}>`,
      ...(userAgent === '' ? [] : [`User-Agent: ${userAgent}`]),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
    'latin1',
  );
}

function sdp(address: string): string {
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    'm=audio 25282 RTP/AVP 0 8',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
