/** Messages and traces for tests. */
import type { FlowFigures } from './flow-figures.ts';

/** Where the room of examples sends from. */
export const ROOM = { address: '192.0.2.7', port: 5062 } as const;
/** Where the service of examples is. */
export const EDGE = { address: '192.0.2.1', port: 5060 } as const;
/** Between the two. */
export const WAY = { protocol: 'udp', local: EDGE, remote: ROOM } as const;
/** Unix time in ms that the examples begin at. */
export const BEGIN = 1_700_000_000_000;

/** A SIP message of lines, with its Content-Length. */
export function sipMessage(first: string, headers: readonly string[], body = ''): Buffer {
  const lines = [first, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body];
  return Buffer.from(lines.join('\r\n'));
}

/** An INVITE with this Call-ID. */
export function invite(callId: string, more: readonly string[] = [], body = ''): Buffer {
  const headers = [
    `Via: SIP/2.0/UDP ${ROOM.address}:${ROOM.port};branch=z9hG4bK1`,
    'From: <sip:room@192.0.2.7>;tag=a',
    'To: <sip:1001@192.0.2.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 INVITE',
    ...more,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
  ];
  return sipMessage('INVITE sip:1001@192.0.2.1 SIP/2.0', headers, body);
}

/** An answer to it. */
export function answer(callId: string, status: string, more: readonly string[] = []): Buffer {
  return sipMessage(`SIP/2.0 ${status}`, [`Call-ID: ${callId}`, 'CSeq: 1 INVITE', ...more]);
}

/** Figures of a leg that has received and sent so many packets of its picture, and no sound. */
export function figuresOf(packets: number): FlowFigures {
  const counters = { packets, bytes: packets * 1000, lost: 0, jitter: 1 };
  const none = { packets: 0, bytes: 0, lost: 0, jitter: 0 };
  const picture = {
    decoded: packets,
    leftOut: 0,
    width: 640,
    height: 360,
    freezes: 0,
    keyFramesAsked: 0,
    keyFramesGiven: 0,
  };
  return {
    silentFor: 0,
    dropped: {},
    audio: { in: none, out: none, concealed: 0 },
    video: { in: counters, out: counters, ...picture },
  };
}
