import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { z } from 'zod';
import { RegistrationService } from '../application/registration-service.ts';
import { SipApplication } from '../application/sip-application.ts';
import { DigestVerifier } from '../digest/digest-verifier.ts';
import { Registrar } from '../registrar/registrar.ts';
import { createEdge } from './edge.ts';
import { isAddress } from './message/host.ts';
import { fieldValue, type SipMessage } from './message/message.ts';
import { parseMessage } from './message/parser.ts';
import { readVia } from './message/via.ts';
import { DEFAULT_SIP_PORT } from './transport/response-destination.ts';
import { StreamFraming } from './transport/stream-framing.ts';

/** What RFC 4475 and RFC 5118 want for each of their messages. */
const EXPECTATIONS = z
  .array(
    z.strictObject({
      name: z.string(),
      file: z.string(),
      section: z.string(),
      response: z.boolean().default(false),
      anyOf: z.array(z.number()).optional(),
      not: z.array(z.number()).default([]),
      none: z.boolean().default(false),
      lenient: z.boolean().default(false),
      header: z.record(z.string(), z.array(z.string())).default({}),
      streamSafe: z.boolean(),
      stream: z.string().optional(),
      expect: z.string(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('vectors/expectations.json', import.meta.url), 'utf8')));

type Expectation = (typeof EXPECTATIONS)[number];

/** Answers that are not the ones which the RFCs name, and why they are given all the same. */
const DEVIATIONS: Readonly<Record<string, { status: number; why: string }>> = {
  cparam01: { status: 401, why: 'The registrar asks for proof before it looks at contacts.' },
  cparam02: { status: 401, why: 'The registrar asks for proof before it looks at contacts.' },
  regescrt: { status: 401, why: 'The registrar asks for proof before it looks at contacts.' },
  unksm2: { status: 401, why: 'The registrar asks for proof before it looks at the address of record.' },
};

/** Answers go to port 5060 of whoever sends: an address that no other run of this test uses. */
const ADDRESS = `127.75.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;
const log = pino({ level: 'silent' });

/** The edge with the application behind it; every call is refused as busy. */
async function gateway() {
  const verifier = new DigestVerifier({
    realm: 'classbridge',
    users: [],
    algorithms: ['SHA-256', 'MD5'],
    secret: randomBytes(32),
    random: randomBytes,
  });
  const edge = createEdge({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    control: { address: '127.0.0.1', port: 0, secret: 's' },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (_facts, text) => assert.fail(text) },
  });
  const { control, hostports } = await edge.start();
  const application = new SipApplication({
    server: { host: control.address, port: control.port, secret: 's' },
    localAddressFor: async () => '127.0.0.1',
    sessionTimer: { interval: 1800, minimum: 90 },
    log,
    registrations: new RegistrationService({
      registrar: new Registrar({ verifier, minimumExpires: 60, maximumExpires: 3600 }),
      answered: () => {},
      failed: () => {},
    }),
  });
  application.on('call', (call) => call.end('busy'));
  await application.start();
  const [udp = 0, tcp = 0] = hostports.map((text) => Number(text.split(':').at(-1)));
  return {
    udp,
    tcp,
    dropped: () => edge.figures().dropped,
    close: async () => {
      application.close();
      await edge.close();
    },
  };
}

const PROBE = 'the-probe-after-it';

/** An OPTIONS whose answer shows that all before it was processed. */
function probe(transport: 'UDP' | 'TCP'): string {
  return [
    'OPTIONS sip:127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${transport} ${ADDRESS};branch=z9hG4bK-probe;rport`,
    'Max-Forwards: 70',
    'From: <sip:probe@127.0.0.1>;tag=p',
    'To: <sip:127.0.0.1>',
    `Call-ID: ${PROBE}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

interface Outcome {
  /** The first final answer to the message. */
  readonly answer: SipMessage | undefined;
  readonly closed: boolean;
}

/** Collects what comes, until both the answer that is waited for and that of the probe have come. */
class Collector {
  answer: SipMessage | undefined;
  probed = false;
  closed = false;
  readonly #done = Promise.withResolvers<void>();
  readonly #awaits: 'answer' | 'probe';
  readonly #timer = setTimeout(() => this.#done.reject(new Error('nothing came')), 3_000);

  constructor(awaits: 'answer' | 'probe') {
    this.#awaits = awaits;
  }

  take(bytes: Buffer): void {
    const parsed = parseMessage(bytes, 'content-length');
    assert.ok('message' in parsed && parsed.message.kind === 'response', 'the edge sends answers only');
    assert.deepEqual(parsed.faults, []);
    if (fieldValue(parsed.message, 'Call-ID') === PROBE) this.probed = true;
    else if (parsed.message.status >= 200) this.answer ??= parsed.message;
    this.check();
  }

  check(): void {
    if (this.#awaits === 'probe' ? this.probed : this.answer !== undefined) this.#done.resolve();
  }

  async outcome(): Promise<Outcome> {
    try {
      await this.#done.promise;
    } finally {
      clearTimeout(this.#timer);
    }
    return { answer: this.answer, closed: this.closed };
  }
}

async function overUdp(bytes: Buffer, port: number, awaits: 'answer' | 'probe'): Promise<Outcome> {
  const collector = new Collector(awaits);
  const sender = await listener(0);
  // To named hosts answers go to the port of the Via (RFC 3261 §18.2.2).
  const named = sentByPort(bytes);
  const sockets = named === undefined ? [sender] : [sender, await listener(named)];
  for (const socket of sockets) socket.on('message', (datagram) => collector.take(datagram));
  sender.send(bytes, port, '127.0.0.1');
  sender.send(probe('UDP'), port, '127.0.0.1');
  try {
    return await collector.outcome();
  } finally {
    for (const socket of sockets) socket.close();
  }
}

async function listener(port: number) {
  const socket = createSocket('udp4');
  socket.bind(port, ADDRESS);
  await once(socket, 'listening');
  return socket;
}

function sentByPort(bytes: Buffer): number | undefined {
  const parsed = parseMessage(bytes, 'content-length');
  const via = 'message' in parsed ? readVia((fieldValue(parsed.message, 'Via') ?? '').split(',')[0] ?? '') : undefined;
  return via === undefined || isAddress(via.host) ? undefined : (via.port ?? DEFAULT_SIP_PORT);
}

async function overTcp(bytes: Buffer, port: number, awaits: 'answer' | 'probe'): Promise<Outcome> {
  const collector = new Collector(awaits);
  const socket = connect({ port, host: '127.0.0.1', localAddress: ADDRESS });
  const framing = new StreamFraming();
  socket.on('data', (chunk) => {
    for (const event of framing.push(chunk)) if (event.kind === 'message') collector.take(event.bytes);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    collector.closed = true;
  });
  await once(socket, 'connect');
  socket.write(Buffer.concat([bytes, Buffer.from(awaits === 'probe' ? probe('TCP') : '')]));
  try {
    const { answer } = await collector.outcome();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { answer, closed: collector.closed };
  } finally {
    socket.destroy();
  }
}

function judge(expectation: Expectation, { answer }: Outcome): void {
  const { name, anyOf, not, none, lenient, header, response, expect } = expectation;
  const status = answer?.kind === 'response' ? answer.status : undefined;
  const deviation = DEVIATIONS[name];
  if (none || response) {
    assert.equal(status, undefined, expect);
    return;
  }
  assert.ok(status !== undefined && !not.includes(status), `${status}: ${expect}`);
  if (deviation !== undefined) {
    assert.equal(status, deviation.status, deviation.why);
    assert.ok(!anyOf?.includes(status), 'the deviation is none any more');
    return;
  }
  // Where the fault may be tolerated, the request is processed as any other: busy, no such dialog, proof wanted, fine.
  const usual = lenient ? [486, 481, 401, 200] : [];
  if (anyOf !== undefined) assert.ok([...anyOf, ...usual].includes(status), `${status}: ${expect}`);
  for (const [field, values] of Object.entries(header)) {
    assert.deepEqual((fieldValue(answer ?? assert.fail(), field) ?? '').split(/\s*,\s*/), values);
  }
}

describe('the messages of RFC 4475 and RFC 5118', () => {
  const read = ({ file }: Expectation) => readFileSync(new URL(`vectors/${file}`, import.meta.url));

  it('are all here', () => {
    for (const folder of ['rfc4475', 'rfc5118']) {
      const files = readdirSync(new URL(`vectors/${folder}/`, import.meta.url)).map((file) => `${folder}/${file}`);
      const expected = EXPECTATIONS.map(({ file }) => file).filter((file) => file.startsWith(folder));
      assert.deepEqual(files.sort(), expected.sort());
    }
  });

  for (const expectation of EXPECTATIONS) {
    const { name, section, none, response, streamSafe, stream } = expectation;
    const awaits = none || response ? 'probe' : 'answer';

    it(`${name} (§${section}) over UDP`, async () => {
      const { udp, close } = await gateway();
      try {
        judge(expectation, await overUdp(read(expectation), udp, awaits));
      } finally {
        await close();
      }
    });

    if (!streamSafe && stream !== 'close connection') continue;
    it(`${name} (§${section}) over TCP`, async () => {
      const { tcp, close } = await gateway();
      try {
        const outcome = await overTcp(read(expectation), tcp, awaits);
        judge(expectation, outcome);
        assert.equal(outcome.closed, stream === 'close connection');
      } finally {
        await close();
      }
    });
  }
});
