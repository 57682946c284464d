import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { ApplicationSession, Applications, MessageReport } from './core/application.ts';
import { CallRecords } from './core/call-records.ts';
import { DEFAULT_CORE_LIMITS } from './core/context.ts';
import { Counters } from './core/figures.ts';
import { UserAgentCore } from './core/user-agent-core.ts';
import { DialogTable } from './dialog/dialog-table.ts';
import { Identifiers } from './message/identifiers.ts';
import { parseMessage } from './message/parser.ts';
import { mutate, type Random, seededRandom } from './mutation.ts';
import { TransactionTable } from './transaction/transaction-table.ts';
import { StreamFraming } from './transport/stream-framing.ts';
import type { Endpoint, Flow } from './transport/transport.ts';
import { Transports } from './transport/transports.ts';
import { VirtualClock } from './virtual-clock.ts';

const MUTATIONS = 20_000;
const PEER = { address: '192.0.2.5', port: 5060 };
const LOCAL = { address: '192.0.2.1', port: 5060 };

/** Sockets that lead nowhere: what is sent is kept. */
class NoSockets extends Transports {
  readonly sent: Buffer[] = [];

  constructor() {
    super([], undefined, () => 0, { message: () => {}, dropped: () => {} });
  }

  override supports(): boolean {
    return true;
  }

  override async flowTo(_protocol: 'udp' | 'tcp', remote: Endpoint): Promise<Flow> {
    return this.flow(remote);
  }

  flow(remote: Endpoint): Flow {
    return {
      protocol: 'udp',
      reliable: false,
      local: LOCAL,
      sentBy: LOCAL,
      remote,
      open: true,
      send: (bytes) => {
        this.sent.push(bytes);
      },
      towards: (other) => this.flow(other),
    };
  }
}

/** An edge core without sockets, and an application that answers as chance has it, calls, hangs up and cancels. */
function bench(random: Random) {
  const clock = new VirtualClock(1_000_000);
  const transports = new NoSockets();
  const transactions = new TransactionTable();
  const dialogs = new DialogTable();
  const counters = new Counters();
  const delivered: MessageReport[] = [];
  const session: ApplicationSession = {
    open: true,
    deliver: (report) => delivered.push(report),
    record: () => {},
  };
  const applications: Applications = {
    select: (method) => (['INVITE', 'OPTIONS', 'MESSAGE', 'REGISTER'].includes(method) ? session : undefined),
    summon: () => undefined,
    connected: true,
    methods: () => ['INVITE', 'OPTIONS', 'MESSAGE', 'REGISTER'],
  };
  const core = new UserAgentCore({
    clock,
    identifiers: new Identifiers((size) => Buffer.from(Array.from({ length: size }, () => random() * 256))),
    transports,
    transactions,
    dialogs,
    applications,
    owners: new WeakMap(),
    counters,
    records: new CallRecords(applications, () => clock.now()),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (_facts, text) => assert.fail(text) },
    limits: DEFAULT_CORE_LIMITS,
    resolver: { addresses: async () => ['192.0.2.9'], services: async () => [] },
    guard: undefined,
    tcpAbove: undefined,
  });
  return { clock, transports, transactions, dialogs, counters, core, session, delivered };
}

type Bench = ReturnType<typeof bench>;

const ANSWERS = ['183 Progress', '200 OK', '401 No', '486 Busy', '302 Moved'];

/** What the application does with what it was told. */
async function act(made: Bench, random: Random): Promise<void> {
  for (const { bytes, transactionId, dialogId } of made.delivered.splice(0)) {
    const status = ANSWERS[Math.floor(random() * ANSWERS.length)];
    const isRequest = !bytes.toString('latin1', 0, 4).startsWith('SIP/');
    if (isRequest && random() < 0.1) {
      await settled(() => proxyOn(made, transactionId));
    } else if (isRequest) {
      await settled(() => made.core.respond(transactionId, Buffer.from(`SIP/2.0 ${status}\r\n\r\n`)));
    } else if (dialogId !== '' && random() < 0.7) {
      await settled(() => request(made, '', dialogId, random() < 0.6 ? 'ACK sip:x' : 'BYE sip:x'));
    }
  }
}

function proxyOn(made: Bench, transactionId: string): void {
  const text = Buffer.from('INVITE sip:y@192.0.2.9 SIP/2.0\r\n\r\n');
  const targets = ['sip:y@192.0.2.9', 'sip:z@192.0.2.8'];
  const flags = { remainInDialog: true, followRedirects: true, simultaneous: true };
  const patience = { provisionalTimeout: undefined, finalTimeout: undefined };
  const report = { answered: () => {}, done: () => {} };
  made.core.proxy({ transactionId, ...flags, ...patience, targets, text }, report);
}

async function request(made: Bench, transactionId: string, dialogId: string, line: string): Promise<void> {
  const text = Buffer.from(`${line} SIP/2.0\r\n\r\n`);
  const { start } = await made.core.prepare({ session: made.session, transactionId, dialogId, proxy: undefined, text });
  start();
}

/** Runs a command that may well be refused. */
async function settled(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CommandRefused') throw error;
  }
}

/** Requests of a call, for mutations that meet standing dialogs; and an answer to something the edge sent. */
function livelySeed(made: Bench, random: Random, number: number): Buffer {
  const sent = made.transports.sent[Math.floor(random() * made.transports.sent.length)]?.toString('latin1');
  if (sent !== undefined && random() < 0.7) {
    const toTag = /^To:.*;tag=([^;\r]*)/m.exec(sent)?.[1];
    const callId = /^Call-ID: (.*)\r/m.exec(sent)?.[1] ?? 'x';
    if (!sent.startsWith('SIP/')) {
      const status = ANSWERS[Math.floor(random() * ANSWERS.length)];
      const lines = sent.replace(/^.*\r\n/, `SIP/2.0 ${status}\r\n`);
      return Buffer.from(lines.replace(/^(To:.*)\r$/m, '$1;tag=answer\r'), 'latin1');
    }
    const method = ['ACK', 'BYE', 'INVITE', 'CANCEL', 'INFO', 'PRACK', 'UPDATE'][Math.floor(random() * 7)] ?? 'BYE';
    return Buffer.from(plain(method, callId, 1 + Math.floor(random() * 4), toTag), 'latin1');
  }
  return Buffer.from(plain(random() < 0.8 ? 'INVITE' : 'MESSAGE', `call-${number}`, 1, undefined), 'latin1');
}

function plain(method: string, callId: string, sequence: number, toTag: string | undefined): string {
  return [
    `${method} sip:x@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK${callId}${sequence};rport`,
    'Max-Forwards: 70',
    'From: "A" <sip:a@192.0.2.5>;tag=peer',
    `To: <sip:x@192.0.2.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} ${method}`,
    'Contact: <sip:a@192.0.2.5>',
    'Supported: 100rel',
    'Record-Route: <sip:p@192.0.2.5;lr>',
    'Content-Length: 5',
    '',
    'v=0\r\n',
  ].join('\r\n');
}

describe('damaged messages', () => {
  it('are the same for the same seed, and most are damaged', () => {
    const message = Buffer.from(plain('INVITE', 'c', 1, undefined));
    const made = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 200 }, () => mutate(message, random));
    };
    assert.deepEqual(made(7), made(7));
    assert.notDeepEqual(made(7), made(8));
    assert.ok(made(7).filter((bytes) => !bytes.equals(message)).length > 190);
    assert.deepEqual(mutate(Buffer.alloc(0), () => 0.5).length <= 131_072, true);
  });

  it(`harm nothing: ${MUTATIONS} of them through framing, parser and core, and nothing is left behind`, async () => {
    const random = seededRandom(20_251);
    const made = bench(random);
    const seeds = ['rfc4475', 'rfc5118'].flatMap((folder) => {
      const url = new URL(`vectors/${folder}/`, import.meta.url);
      return readdirSync(url).map((file) => readFileSync(new URL(file, url)));
    });
    const flow = made.transports.flow(PEER);
    let readable = 0;
    let largest = 0;
    for (let number = 0; number < MUTATIONS; number += 1) {
      const lively = random() < 0.5;
      const seed = lively ? livelySeed(made, random, number) : (seeds[number % seeds.length] ?? Buffer.alloc(0));
      // Some lively ones stay whole, so that calls come about for others to be damaged in.
      const bytes = lively && random() < 0.4 ? seed : mutate(seed, random, seeds);
      for (const event of new StreamFraming().push(bytes)) {
        if (event.kind === 'message') parseMessage(event.bytes, 'content-length');
      }
      if ('message' in parseMessage(bytes, 'content-length')) readable += 1;
      made.core.receive(bytes, flow, false);
      await act(made, random);
      if (number % 40 === 0) await settled(() => request(made, '', '', 'INVITE sip:z@192.0.2.9'));
      largest = Math.max(largest, made.transactions.size + made.dialogs.size);
      if (number % 200 === 199) {
        made.transports.sent.splice(0, made.transports.sent.length - 100);
        made.clock.advance(5_000);
      }
    }
    assert.ok(readable > MUTATIONS / 2, `${readable} could be read`);
    const invites = made.counters.messages().filter(({ method, kind }) => method === 'INVITE' && kind === 'request');
    assert.ok(
      invites.every(({ count }) => count > 400),
      'both sides were at work',
    );
    assert.ok(largest < MUTATIONS / 2, `${largest} at once`);
    for (let minutes = 0; minutes < 15; minutes += 1) {
      made.clock.advance(60_000);
      await act(made, () => 0.99);
    }
    // Calls of the application that ring for ever are its own to cancel: it goes.
    made.core.sessionClosed(made.session);
    made.core.close();
    made.clock.advance(DEFAULT_CORE_LIMITS.unansweredInvite);
    await new Promise((resolve) => setImmediate(resolve));
    made.clock.advance(40_000);
    assert.equal(made.transactions.size, 0, 'no transaction is left');
    assert.equal(made.core.pendingInvites, 0);
    assert.ok(made.dialogs.size < 2_000, `${made.dialogs.size} dialogs whose peers never hung up`);
    made.dialogs.clear();
    assert.equal(made.clock.pending, 0, 'no timer is left');
  });
});
