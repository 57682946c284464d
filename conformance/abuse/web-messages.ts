import { mutate, type Random } from '#signaling/sip/edge/mutation.ts';

/** What is sent on one connection. */
export interface BrokenExchange {
  /** Whole and broken messages, one after another. */
  readonly messages: readonly Buffer[];
  /** Whether the next message waits a moment: a slow sender, or a message never ended. */
  readonly slow: boolean;
}

const TOKEN = 'A'.repeat(32);
/** Bytes past what the HTTP parser takes of a header, and past what the door takes of a WebSocket message. */
const HUGE = 100_000;
const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

const header = (start: string, ...lines: string[]) => [start, 'Host: classbridge', ...lines, '', ''].join('\r\n');

/** Requests of pages and of the API, and shapes that have broken web servers before. */
const REQUESTS: readonly string[] = [
  header('GET / HTTP/1.1'),
  header('GET /c/1001 HTTP/1.1', 'Accept: text/html'),
  header('GET /api/v1/calls HTTP/1.1', `Authorization: Bearer ${TOKEN}`),
  `${header('POST /api/v1/calls HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 30')}{"class":"1001","to":"sip:a@b"`,
  header('DELETE /api/v1/calls/%2e%2e%2f HTTP/1.1', 'Authorization: Bearer'),
  header('GET /metrics HTTP/1.1'),
  header('GET /health HTTP/1.1', 'Connection: Upgrade', 'Upgrade: h2c'),
  // Out of the folder of the pages.
  header('GET /../../../../etc/passwd HTTP/1.1'),
  header('GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1'),
  header('GET /..%5c..%5cwindows HTTP/1.1'),
  header('GET /c/%00%ff%fe HTTP/1.1'),
  header('GET //etc/passwd HTTP/1.1'),
  header('GET /%c0%ae%c0%ae/ HTTP/1.1'),
  header('GET /% HTTP/1.1'),
  // Two requests or one, as who reads them likes (RFC 9112 §11.2).
  `${header('POST / HTTP/1.1', 'Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nG`,
  `${header('POST / HTTP/1.1', 'Content-Length: 6', 'Content-Length: 7')}GET / H`,
  `${header('POST / HTTP/1.1', 'Transfer-Encoding: xchunked')}0\r\n\r\n`,
  `${header('POST / HTTP/1.1', 'Transfer-Encoding : chunked')}0\r\n\r\n`,
  `${header('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}FFFFFFFFFFFFFFFFFF\r\nx`,
  `${header('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}5;a="\r\nhello`,
  header('GET / HTTP/1.1', 'X: a', ' folded: b'),
  header('GET /\u0000 HTTP/1.1'),
  header('GET / HTTP/9.9'),
  header('PRI * HTTP/2.0', '', 'SM', ''),
  header('CONNECT example.org:443 HTTP/1.1'),
  'GET / HTTP/1.1\r\n\r\n',
  'GET /\n\n',
  header('GET / HTTP/1.1', `X: ${'a'.repeat(HUGE)}`),
  header(`GET /${'a'.repeat(HUGE)} HTTP/1.1`),
  header('GET / HTTP/1.1', ...Array.from({ length: 3000 }, (_, index) => `X${index}: 1`)),
  // Handshakes of WebSockets that are none (RFC 6455 §4.2.1).
  header('GET /signal HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket'),
  header('GET /signal HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: short'),
  header('GET /signal HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 99'),
  header('GET /signal HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Origin: https://elsewhere.example'),
  header('GET /other HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket'),
];

/** A handshake that is taken; what comes after it is not. */
const HANDSHAKE = Buffer.from(
  header(
    'GET /signal HTTP/1.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ),
);

/** Texts of the pages' protocol: such as fit no schema, come too early, or name what is not there. */
const TEXTS: readonly string[] = [
  '',
  'null',
  '[]',
  '{"id":1}',
  '{"id":1,"request":{"type":"join"}}',
  '{"id":1,"request":{"type":"join","version":1,"code":"nobody","name":"A"}}',
  '{"id":1,"request":{"type":"join","version":99,"code":"1001","name":"A"}}',
  '{"id":2,"request":{"type":"produce","kind":"video","rtpParameters":{}}}',
  '{"id":3,"request":{"type":"connect","transport":"x","dtlsParameters":{}}}',
  '{"id":-1,"request":{"type":"leave"}}',
  '{"id":4,"request":{"type":"resume","consumer":"__proto__"}}',
  '{"id":5,"request":{"type":"mute","kind":"audio","muted":"yes"}}',
  '{"__proto__":{"id":1},"constructor":{"prototype":{}}}',
  `{"id":6,"request":${'['.repeat(20_000)}`,
  `{"id":7,"request":{"type":"join","version":1,"code":"1001","name":"${'a'.repeat(60_000)}"}}`,
  '\ud800',
];

/** What is sent on one connection to HTTP(S): whole, damaged, or cut off. */
export function brokenRequests(random: Random): BrokenExchange {
  const seeds = REQUESTS.map((text) => Buffer.from(text, 'latin1'));
  const seed = seeds[Math.floor(random() * seeds.length)] ?? Buffer.alloc(0);
  const kind = random();
  if (kind < 0.4) return { messages: [seed], slow: false };
  if (kind < 0.85) return { messages: [mutate(seed, random, seeds)], slow: false };
  return { messages: [seed.subarray(0, Math.floor(random() * seed.length))], slow: true };
}

/** What is sent on one WebSocket: a handshake, then frames that are not to be. */
export function brokenFrames(random: Random): BrokenExchange {
  const count = 1 + Math.floor(random() * 8);
  const messages: Buffer[] = [HANDSHAKE];
  for (let index = 0; index < count; index++) messages.push(brokenFrame(random));
  return { messages, slow: random() < 0.1 };
}

function brokenFrame(random: Random): Buffer {
  const text = Buffer.from(TEXTS[Math.floor(random() * TEXTS.length)] ?? '');
  const whole = frame(OPCODES.text, text, random);
  switch (Math.floor(random() * 10)) {
    case 0: // Not masked (RFC 6455 §5.1).
      return Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]);
    case 1: // Reserved bits.
      return Buffer.concat([Buffer.from([(whole[0] ?? 0) | 0x70]), whole.subarray(1)]);
    case 2: // Reserved opcodes.
      return frame(3 + Math.floor(random() * 5), text, random);
    case 3: // A length of 2^63 and more, and one past the bound.
      return random() < 0.5
        ? Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
        : frame(OPCODES.text, Buffer.alloc(HUGE, 'a'), random);
    case 4: // A fragment that is never ended, and one that continues nothing.
      return frame(random() < 0.5 ? OPCODES.text : OPCODES.continuation, text, random, false);
    case 5: // Control frames that are too long or in fragments (§5.5).
      return random() < 0.5
        ? frame(OPCODES.ping, Buffer.alloc(1000), random)
        : frame(OPCODES.close, Buffer.from([0]), random);
    case 6:
      return frame(OPCODES.binary, text, random);
    case 7:
      return frame(OPCODES.text, Buffer.from([0xff, 0xfe, 0xc0, 0x80]), random);
    case 8:
      return mutate(whole, random, [whole, HANDSHAKE]);
    default:
      return whole;
  }
}

function frame(opcode: number, payload: Buffer, random: Random, isLast = true): Buffer {
  const mask = Buffer.from(Array.from({ length: 4 }, () => Math.floor(random() * 256)));
  const { length } = payload;
  const size =
    length < 126
      ? Buffer.from([0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | 126, length >> 8, length & 255])
        : Buffer.from([0x80 | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode]), size, mask, masked]);
}
