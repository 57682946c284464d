import assert from 'node:assert/strict';
import type { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parser.ts';

/** What a request of a test carries. */
export interface ExampleRequest {
  readonly callId?: string;
  /** User part of From. */
  readonly user?: string;
  /** Of its credentials; none where it is absent. */
  readonly nonce?: string;
}

/** A request outside dialogs, or the ACK of one, as bytes of a room. For tests. */
export function exampleBytes(method: string, { callId = 'c', user = 'room', nonce }: ExampleRequest): Buffer {
  return Buffer.from(
    [
      `${method} sip:1001@192.0.2.1 SIP/2.0`,
      'Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1',
      `From: "Room" <sip:${user}@192.0.2.1>;tag=1`,
      'To: <sip:1001@192.0.2.1>',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      ...(nonce === undefined ? [] : [`Authorization: Digest username="${user}", nonce="${nonce}", response="0"`]),
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
    'latin1',
  );
}

/** The same, read. */
export function exampleRequest(method: string, parts: ExampleRequest): SipRequest {
  const result = parseMessage(exampleBytes(method, parts), 'content-length');
  assert.ok('message' in result && result.message.kind === 'request');
  return result.message;
}
