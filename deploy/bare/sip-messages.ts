import { isIPv6 } from 'node:net';

/** One call as the caller knows it. */
export interface CallIdentity {
  readonly user: string;
  /** where the service listens */
  readonly host: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  /** where RTP is awaited */
  readonly audioPort: number;
  readonly videoPort: number;
  readonly callId: string;
  readonly fromTag: string;
}

/** What of a SIP response matters to a caller. */
export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  /** the number and the method of CSeq */
  readonly sequence: number;
  readonly method: string;
  readonly callId: string;
  /** the To header's value with its tag */
  readonly to: string;
  /** the URI in Contact */
  readonly contact: string | undefined;
  /** Record-Route values, topmost first */
  readonly recordRoute: readonly string[];
  readonly body: string;
}

/** An offer of PCMA and H.264 baseline, as a room system makes it (RFC 3264, RFC 6184 §8.1). */
export function offer({ localHost: host, audioPort, videoPort }: CallIdentity): string {
  return [
    'v=0',
    `o=probe 1 1 IN IP${isIPv6(host) ? 6 : 4} ${host}`,
    's=-',
    `c=IN IP${isIPv6(host) ? 6 : 4} ${host}`,
    't=0 0',
    `m=audio ${audioPort} RTP/AVP 8`,
    'a=rtpmap:8 PCMA/8000',
    `m=video ${videoPort} RTP/AVP 96`,
    'b=AS:1024',
    'a=rtpmap:96 H264/90000',
    'a=fmtp:96 profile-level-id=42e01f;packetization-mode=1',
    '',
  ].join('\r\n');
}

/** The INVITE that begins the call (RFC 3261 §13.2.1). */
export function invite(call: CallIdentity, branch: string): string {
  const body = offer(call);
  return request(call, 'INVITE', {
    uri: serviceUri(call),
    to: `<${serviceUri(call)}>`,
    sequence: 1,
    branch,
    headers: [
      `Contact: <sip:probe@${hostPort(call.localHost, call.localPort)}>`,
      'Allow: INVITE, ACK, BYE, CANCEL',
      'Content-Type: application/sdp',
    ],
    body,
  });
}

/** A request inside the call that a 200 made (RFC 3261 §12.2.1.1): the ACK for it, or the BYE. */
export function inDialog(call: CallIdentity, method: 'ACK' | 'BYE', accepted: SipResponse, branch: string): string {
  return request(call, method, {
    uri: accepted.contact ?? serviceUri(call),
    to: accepted.to,
    sequence: method === 'ACK' ? accepted.sequence : accepted.sequence + 1,
    branch,
    headers: accepted.recordRoute.toReversed().map((route) => `Route: ${route}`),
    body: '',
  });
}

/**
 * Reads a response.
 *
 * @returns undefined for anything that is not one
 */
export function readResponse(text: string): SipResponse | undefined {
  const split = text.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, split).split('\r\n');
  const status = first.match(/^SIP\/2\.0 ([1-6]\d\d) (.*)$/);
  if (!status) return undefined;
  const values = (...names: string[]) =>
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return names.includes(line.slice(0, colon).trim().toLowerCase()) ? [line.slice(colon + 1).trim()] : [];
    });
  const sequence = values('cseq')[0]?.match(/^(\d+)\s+(\w+)$/);
  const [callId] = values('call-id', 'i');
  const [to] = values('to', 't');
  const [contact = ''] = values('contact', 'm');
  if (!sequence || callId === undefined || to === undefined) return undefined;
  return {
    status: Number(status[1]),
    reason: status[2] ?? '',
    sequence: Number(sequence[1]),
    method: sequence[2] ?? '',
    callId,
    to,
    contact: (contact.match(/<([^>]+)>/) ?? contact.match(/^([^;\s]+)/))?.[1],
    recordRoute: values('record-route').flatMap((value) => value.split(/,\s*(?=<)/)),
    body: text.slice(split + 4),
  };
}

interface RequestParts {
  readonly uri: string;
  readonly to: string;
  readonly sequence: number;
  readonly branch: string;
  readonly headers: readonly string[];
  readonly body: string;
}

function request(
  call: CallIdentity,
  method: string,
  { uri, to, sequence, branch, headers, body }: RequestParts,
): string {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${hostPort(call.localHost, call.localPort)};branch=z9hG4bK${branch};rport`,
    'Max-Forwards: 70',
    `From: <sip:probe@${hostPort(call.localHost, call.localPort)}>;tag=${call.fromTag}`,
    `To: ${to}`,
    `Call-ID: ${call.callId}`,
    `CSeq: ${sequence} ${method}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

function serviceUri({ user, host, port }: CallIdentity): string {
  return `sip:${user}@${hostPort(host, port)}`;
}

function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
