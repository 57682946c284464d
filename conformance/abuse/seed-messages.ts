import { readdirSync, readFileSync } from 'node:fs';

const VECTORS = new URL('../../signaling/sip/edge/vectors/', import.meta.url);

/** Who sends the messages and who gets them. */
export interface Ends {
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
}

/** A class that may be entered by what is left of an INVITE, and one that is not there. */
const CLASSES = { open: '2002', none: 'nobody' } as const;

const DIGEST =
  'Digest username="room", realm="classbridge", nonce="0a4f113b", uri="sip:198.18.0.1", response="6629fae49393a05397450978507c4ef1", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f"';

/** Headers of each kind of request beside those that all have, and its body. */
const REQUESTS: readonly (readonly [method: string, headers: readonly string[], body?: 'sdp' | 'info'])[] = [
  ['INVITE', ['Allow: INVITE, ACK, BYE, CANCEL, UPDATE', 'Supported: timer, 100rel', 'Session-Expires: 1800'], 'sdp'],
  ['INVITE', [`Authorization: ${DIGEST}`, 'Require: 100rel'], 'sdp'],
  ['INVITE', ['Replaces: 425928@example.org;to-tag=7743;from-tag=6472', 'Session-Expires: 10;refresher=uac']],
  ['REGISTER', ['Expires: 600']],
  ['REGISTER', [`Authorization: ${DIGEST}`, 'Expires: 3600', 'Supported: path, gruu']],
  ['OPTIONS', ['Accept: application/sdp']],
  ['BYE', ['Reason: Q.850;cause=16;text="Terminated"']],
  ['CANCEL', []],
  ['ACK', []],
  ['PRACK', ['RAck: 776656 1 INVITE']],
  ['UPDATE', ['Session-Expires: 90;refresher=uas', 'Min-SE: 90'], 'sdp'],
  ['INFO', ['Info-Package: dtmf'], 'info'],
  ['REFER', ['Refer-To: <sip:2002@198.18.0.1?Replaces=1%40a%3Bto-tag%3D1%3Bfrom-tag%3D2>']],
  ['NOTIFY', ['Event: refer', 'Subscription-State: terminated;reason=noresource']],
  ['SUBSCRIBE', ['Event: presence', 'Expires: 3600']],
  ['MESSAGE', ['Content-Language: zh']],
];

const RESPONSES = ['100 Trying', '180 Ringing', '200 OK', '401 Unauthorized', '481 Gone', '503 Service Unavailable'];

/**
 * Whole and damaged messages to be damaged further: those of RFC 4475 and RFC 5118, what was captured of drachtio-server, and
 * what rooms send. One in all calls a class that is there.
 */
export function seedMessages(ends: Ends): Buffer[] {
  const torture = readdirSync(VECTORS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.dat'))
    .sort()
    .map((path) => readFileSync(new URL(path, VECTORS)));
  return [...torture, ...captured(), ...requests(ends), ...responses(ends)];
}

/** The SIP in the captured frames, with what was left out of them missing. */
function captured(): Buffer[] {
  const text = readFileSync(new URL('drachtio-captures.txt', VECTORS), 'utf8');
  return text
    .split('\n')
    .filter((line) => /^[CS]: .*SIP\/2\.0/.test(line))
    .map((line) => Buffer.from(line.slice(line.indexOf('\\r\\n')).replaceAll('\\r\\n', '\r\n').trimStart(), 'utf8'));
}

function requests(ends: Ends): Buffer[] {
  return [
    message(ends, `INVITE sip:${CLASSES.open}@${ends.to.address} SIP/2.0`, 'INVITE', ['Supported: timer'], sdp(ends)),
    ...REQUESTS.map(([method, headers, body]) =>
      message(
        ends,
        `${method} sip:${CLASSES.none}@${ends.to.address}:${ends.to.port} SIP/2.0`,
        method,
        headers,
        body === 'sdp'
          ? sdp(ends)
          : body === 'info'
            ? ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n']
            : undefined,
      ),
    ),
  ];
}

function responses(ends: Ends): Buffer[] {
  return RESPONSES.flatMap((status) => [
    message(ends, `SIP/2.0 ${status}`, 'INVITE', [], sdp(ends)),
    message(ends, `SIP/2.0 ${status}`, 'BYE', []),
  ]);
}

function message(
  { from, to }: Ends,
  start: string,
  method: string,
  headers: readonly string[],
  [type, body] = ['', ''],
): Buffer {
  return Buffer.from(
    [
      start,
      `Via: SIP/2.0/UDP ${from.address}:${from.port};branch=z9hG4bK776asdhds;rport`,
      'Max-Forwards: 70',
      `From: "阳光小学" <sip:room@${from.address}:${from.port}>;tag=1928301774`,
      `To: <sip:${CLASSES.none}@${to.address}>`,
      'Call-ID: a84b4c76e66710@pc33.example.com',
      `CSeq: 314159 ${method}`,
      `Contact: <sip:room@${from.address}:${from.port};transport=udp>;expires=120`,
      'User-Agent: Room 1.0 (test)',
      ...headers,
      ...(type === '' ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

function sdp({ from }: Ends): [string, string] {
  const lines = [
    'v=0',
    `o=room 2890844526 2890844526 IN IP4 ${from.address}`,
    's=-',
    `c=IN IP4 ${from.address}`,
    'b=AS:2048',
    't=0 0',
    'm=audio 49170 RTP/AVP 9 8 0 101',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'm=video 51372 RTP/AVP 97 98',
    'b=TIAS:1920000',
    'a=rtpmap:97 H264/90000',
    'a=fmtp:97 profile-level-id=42801f;packetization-mode=1;max-fs=3600;max-mbps=108000',
    'a=rtpmap:98 VP8/90000',
    'a=rtcp-fb:* ccm fir',
    'a=rtcp-fb:* nack pli',
    'a=sendrecv',
  ];
  return ['application/sdp', `${lines.join('\r\n')}\r\n`];
}
