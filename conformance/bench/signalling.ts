import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-run/bench.ts';
import { type Figure, tenths } from '../bench-run/figure.ts';
import { SignallingProcess } from '../bench-run/signalling-process.ts';
import type { SignallingServerOptions, SignallingState } from '../bench-run/signalling-protocol.ts';
import { runSipp, type SippRun } from '../bench-run/sipp.ts';
import type { SippCount } from '../bench-run/sipp-count.ts';
import { currentTestNetwork } from '../network/test-network.ts';

type Users = SignallingServerOptions['users'];
type Progress = (line: string) => void;

/** Calls a second that are tried one after another until one is too many. */
const RATES = [300, 450, 600, 750, 900, 1100, 1300];
/** ms of each rate. */
const STEP = 10_000;
/** A rate counts when its calls took at most this much longer than they should. */
const REACHED = 1.05;
/** Rooms that register, and calls that stand while memory is measured. */
const ROOMS = 5000;
const STANDING = 2000;
/** At which rate memory is filled, per second, and warmed up before. */
const FILLING = 400;
const WARMING = { rate: 200, calls: 1000 };
/** ms after which no transaction of UDP is kept any more (RFC 3261 §17: 64 T1), and a bit. */
const TRANSACTIONS_GONE = 34_000;
/** Rooms register anew in this time, ms; meanwhile there are calls at this rate a second. */
const CYCLE = 60_000;
const CALLS_MEANWHILE = 200;
/** Registrations under way at a time where their rate is measured, and how many there are. */
const AT_A_TIME = 64;
const REGISTRATIONS = 2 * ROOMS;
const [SERVER_CORE, SIPP_CORE] = [0, 1] as const;
const BYTES_PER_KB = 1024;

/** How many calls and registrations one core carries, with digest authentication, and what they take. */
export const bench: Bench = {
  title:
    'SIP calls with digest authentication on one core: embedded edge and SIP application alone, fixed media in place of engine and conference',
  async run(progress) {
    if (availableParallelism() < 2) {
      throw new Error('one core for the server and one for sipp are needed');
    }
    const users = Array.from({ length: ROOMS }, (_, index) => ({ name: `room${index}`, password: `secret${index}` }));
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-signalling-'));
    const file = join(folder, 'users.csv');
    await writeFile(file, usersFile(users));
    const servers: SignallingProcess[] = [];
    const start = async (port: number) => {
      const server = await SignallingProcess.start(SERVER_CORE, port, users);
      servers.push(server);
      return server;
    };
    try {
      return await measure({ busy: await start(5060), still: await start(5070), sipp: sippOf(file) }, progress);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Stage {
  /** Where rates are measured. */
  readonly busy: SignallingProcess;
  /** Where memory is measured: what stands in it is waited for while the other one works. */
  readonly still: SignallingProcess;
  readonly sipp: (
    server: SignallingProcess,
    run: Pick<SippRun, 'scenario' | 'rate' | 'calls'> & Partial<SippRun>,
  ) => Promise<SippCount>;
}

async function measure(stage: Stage, progress: Progress): Promise<Figure[]> {
  const { busy, still, sipp } = stage;
  for (const server of [still, busy]) {
    await sipp(server, { scenario: 'call', ...WARMING });
    await sipp(server, { scenario: 'register', ...WARMING });
  }
  const warm = performance.now();
  const calls = await measureCalls(stage, progress);
  await sleep(Math.max(0, warm + TRANSACTIONS_GONE - performance.now()));

  const empty = await still.state();
  await fill(stage, { scenario: 'register', rate: 2 * FILLING, calls: ROOMS });
  const registering = performance.now();
  const registrations = await sipp(busy, {
    scenario: 'register',
    rate: 10 * FILLING,
    calls: REGISTRATIONS,
    limit: AT_A_TIME,
  });
  progress(`${registrations.successful} registrations in ${Math.round(registrations.elapsed)} ms`);
  const cycle = keepRegistered(stage, progress);
  await sleep(registering + TRANSACTIONS_GONE - performance.now());
  const registered = await still.state();
  const hold = (STANDING / FILLING) * 1000 + TRANSACTIONS_GONE + 5000;
  const standing = fill(stage, { scenario: 'call', rate: FILLING, calls: STANDING, hold });
  await sleep((STANDING / FILLING) * 1000 + TRANSACTIONS_GONE);
  const called = await still.state();
  progress(`memory: ${asText(empty)}; ${asText(registered)}; ${asText(called)}`);
  await standing;
  if (registered.rooms !== ROOMS || called.calls !== STANDING) {
    throw new Error(`${registered.rooms} rooms and ${called.calls} calls stood`);
  }
  const kept = await cycle;
  return [
    { name: 'calls_per_s', value: calls.rate, unit: '', target: 600, bound: 'at least' },
    { name: 'cpu_ms_per_call', value: hundredths(calls.cpu), unit: 'ms', target: null },
    { name: 'kb_per_call', value: perOne(registered, called, STANDING), unit: 'kB', target: null },
    { name: 'registered_rooms', value: kept.rooms, unit: '', target: 2000, bound: 'at least' },
    { name: 'registrations_failed', value: kept.failed + registrations.failed, unit: '', target: 0 },
    { name: 'calls_failed_meanwhile', value: kept.callsFailed, unit: '', target: 0 },
    { name: 'kb_per_room', value: perOne(empty, registered, registered.rooms - empty.rooms), unit: 'kB', target: null },
    {
      name: 'registrations_per_s',
      value: Math.round((1000 * registrations.successful) / registrations.elapsed),
      unit: '',
      target: null,
    },
  ];
}

/** The highest rate at which no call failed, and the processor time of a call at it. */
async function measureCalls(stage: Stage, progress: Progress): Promise<{ rate: number; cpu: number }> {
  let best = { rate: 0, cpu: 0 };
  for (const rate of RATES) {
    // Once more, as other work on the machine may have been in the way.
    const cpu = (await tryRate(stage, rate, progress)) ?? (await tryRate(stage, rate, progress));
    if (cpu === undefined) {
      break;
    }
    best = { rate, cpu };
  }
  return best;
}

/** ms of processor time for a call at this rate; undefined where a call failed or the rate was not reached. */
async function tryRate({ busy, sipp }: Stage, rate: number, progress: Progress): Promise<number | undefined> {
  const before = busy.processTime;
  const calls = (rate * STEP) / 1000;
  const { failed, successful, elapsed, retransmissions } = await sipp(busy, { scenario: 'call', rate, calls });
  const cpu = (busy.processTime - before) / calls;
  progress(
    `${rate} calls/s: ${failed} failed, ${Math.round(elapsed)} ms, ${retransmissions} sent again, ${hundredths(cpu)} ms of the core for each`,
  );
  return failed > 0 || successful < calls || elapsed > STEP * REACHED ? undefined : cpu;
}

/** All rooms register anew in a cycle while others call; tells how many of them are registered at its end. */
async function keepRegistered({ busy, sipp }: Stage, progress: Progress) {
  const [refreshes, calls] = await Promise.all([
    sipp(busy, { scenario: 'register', rate: ROOMS, period: CYCLE, calls: ROOMS }),
    sipp(busy, { scenario: 'call', rate: CALLS_MEANWHILE, calls: (CALLS_MEANWHILE * CYCLE) / 1000 }),
  ]);
  const { rooms, dropped } = await busy.state();
  progress(
    `${refreshes.successful} refreshed, ${calls.successful} calls meanwhile; dropped since the start: ${JSON.stringify(dropped)}`,
  );
  return { rooms, failed: refreshes.failed, callsFailed: calls.failed };
}

async function fill({ still, sipp }: Stage, run: Parameters<Stage['sipp']>[1]): Promise<void> {
  const { successful, firstError } = await sipp(still, run);
  if (successful < run.calls) {
    throw new Error(`${run.calls - successful} of ${run.scenario} failed: ${firstError}`);
  }
}

/** Runs sipp from a port of its own each time: what comes late for an earlier run is not taken for the next one's. */
function sippOf(users: string): Stage['sipp'] {
  let port = 6000;
  return (server, run) => {
    port += 1;
    const { room } = currentTestNetwork();
    return runSipp({ core: SIPP_CORE, local: { address: room.address, port }, remote: server, users, ...run });
  };
}

/** A file for sipp's -inf: for every user the name, and the word that makes sipp authenticate. */
function usersFile(users: Users): string {
  const lines = users.map(({ name, password }) => `${name};[authentication username=${name} password=${password}];`);
  return `${['SEQUENTIAL', ...lines].join('\n')}\n`;
}

function perOne(before: SignallingState, after: SignallingState, count: number): number {
  return tenths((after.rss - before.rss) / BYTES_PER_KB / count);
}

function asText({ rss, heapUsed, calls, rooms, serverTransactions }: SignallingState): string {
  const mega = (bytes: number) => tenths(bytes / 2 ** 20);
  return `${rooms} rooms, ${calls} calls, ${serverTransactions} transactions: ${mega(rss)} MiB, heap ${mega(heapUsed)} MiB`;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
