import type { SipMessage } from './message.ts';

/** The start line without line break; always says SIP/2.0. */
export function startLine(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}

/** Writes a message with exactly one Content-Length, last, that is the number of bytes of the body. */
export function serializeMessage(message: SipMessage): Buffer {
  let head = `${startLine(message)}\r\n`;
  for (const { key, name, value } of message.headers) {
    if (key !== 'content-length') head += `${name}: ${value}\r\n`;
  }
  head += `Content-Length: ${message.body.length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + message.body.length);
  bytes.write(head, 'latin1');
  bytes.set(message.body, head.length);
  return bytes;
}
