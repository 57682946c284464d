import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addRoomAddresses } from '../network/room-addresses.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Asterisk } from '../peers/asterisk.ts';
import { type Figure, percentile, tenths } from './figure.ts';
import { type H323CallerOptions, type H323CallerOrder, h323CallerReport } from './h323-caller-protocol.ts';
import { PinnedProgram } from './pinned-program.ts';
import { processTime } from './process-time.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const [CALLED_CORE, CALLER_CORE] = [0, 1] as const;
const CALL_SIGNALLING = 1720;
const MEDIA_PORT = 30_000;
/** Last numbers of the addresses that calls to ours come from, which takes few of each; Asterisk takes calls of the one that it knows. */
const HOSTS = Array.from({ length: 16 }, (_, index) => 101 + index);
/** Answers and waits to be hung up on; Asterisk by its dial plan, ours whatever is dialled. */
const NUMBER = '605';
/** Calls a second that are tried one after another until one is too many. */
const RATES = [25, 50, 100, 150, 200, 300, 400, 800, 1200, 1600, 2000, 2400, 3200];
/** ms of each. */
const STEP = 4000;
/** A rate counts when its calls were begun in at most this much more time, and half of them were over within so many ms. */
const REACHED = 1.05;
const SOON = 250;
/** Before the first, so that code is compiled. */
const WARMING: H323CallerOrder = { duration: 4000, rate: 50 };
/** A run may take this many times its time, and ms more. */
const SLOWEST = 4;
const PATIENCE = 20_000;
/** Ports of connections that are over are taken again: thousands of calls follow each other (ip-sysctl(7), of our namespace alone). */
const REUSE = '/proc/sys/net/ipv4/tcp_tw_reuse';

interface Called {
  readonly processTime: number;
  stop(): Promise<void>;
}

interface Rate {
  readonly perSecond: number;
  /** ms of the called side's processor for each. */
  readonly processor: number;
  /** ms that calls took, median and 95th percentile. */
  readonly p50: number;
  readonly p95: number;
}

/**
 * How many calls a second are set up and cleared, by our stack and by Asterisk's, each on one core, called by the same caller on
 * another: fast start, H.245 in the tunnel up to capabilities and master, then ReleaseComplete.
 */
export async function measureCalls(progress: (line: string) => void): Promise<Figure[]> {
  const { room, service } = currentTestNetwork();
  await writeFile(REUSE, '1');
  const { namespace, address } = service;
  const localAddresses = addRoomAddresses(HOSTS);
  const ours = await rateOf('ours', localAddresses, progress, () =>
    PinnedProgram.start({
      program: path('h323-server.ts'),
      core: CALLED_CORE,
      namespace,
      options: { address, port: CALL_SIGNALLING },
    }),
  );
  const theirs = await rateOf('Asterisk', [room.address], progress, startAsterisk);
  const plain = (name: string, value: number, unit = ''): Figure => ({ name, value, unit, target: null });
  return [
    plain('calls_per_s', ours.perSecond),
    plain('asterisk_calls_per_s', theirs.perSecond),
    {
      name: 'calls_over_asterisk',
      value: tenths(ours.perSecond / theirs.perSecond),
      unit: '',
      target: 1,
      bound: 'at least',
    },
    plain('cpu_ms_per_call', hundredths(ours.processor), 'ms'),
    plain('asterisk_cpu_ms_per_call', hundredths(theirs.processor), 'ms'),
    plain('call_p50_ms', tenths(ours.p50), 'ms'),
    plain('call_p95_ms', tenths(ours.p95), 'ms'),
    plain('asterisk_call_p50_ms', tenths(theirs.p50), 'ms'),
    plain('asterisk_call_p95_ms', tenths(theirs.p95), 'ms'),
  ];
}

/** The highest rate at which no call failed. @throws Error where there is none */
async function rateOf(
  who: string,
  localAddresses: string[],
  progress: (line: string) => void,
  start: () => Promise<Called>,
): Promise<Rate> {
  const { room, service } = currentTestNetwork();
  const called = await start();
  try {
    const options: H323CallerOptions = {
      from: { address: room.address, port: MEDIA_PORT },
      localAddresses,
      to: { address: service.address, port: CALL_SIGNALLING },
      number: NUMBER,
    };
    const caller = await PinnedProgram.start({ program: path('h323-caller.ts'), core: CALLER_CORE, options });
    try {
      const run = (order: H323CallerOrder) => tryRate(called, caller, order, (line) => progress(`${who}, ${line}`));
      await run(WARMING);
      let best: Rate | undefined;
      for (const rate of RATES) {
        // Once more, as other work on the machine may have been in the way.
        const found = (await run({ duration: STEP, rate })) ?? (await run({ duration: STEP, rate }));
        if (found === undefined) {
          break;
        }
        best = found;
      }
      if (best === undefined) {
        throw new Error(`${who}: no rate without a failed call`);
      }
      return best;
    } finally {
      await caller.stop();
    }
  } finally {
    await called.stop();
  }
}

/** What calls at this rate took; undefined where one failed, or the rate was not reached. */
async function tryRate(
  called: Called,
  caller: PinnedProgram,
  order: H323CallerOrder,
  progress: (line: string) => void,
): Promise<Rate | undefined> {
  const before = called.processTime;
  const answer = await caller.ask(order, order.duration * SLOWEST + PATIENCE);
  const { times, failed, begun, firstError } = h323CallerReport.parse(answer);
  const processor = (called.processTime - before) / Math.max(1, times.length);
  const [p50, p95] = times.length === 0 ? [0, 0] : [percentile(times, 0.5), percentile(times, 0.95)];
  const error = firstError === undefined ? '' : `, first: ${firstError}`;
  progress(
    `${order.rate} calls/s: begun in ${Math.round(begun)} ms, ${tenths(p50)} ms each in the median, ${tenths(p95)} ms at p95, ${hundredths(processor)} ms of the core, ${failed} failed${error}`,
  );
  const isReached = failed === 0 && times.length > 0 && begun <= order.duration * REACHED && p50 <= SOON;
  return isReached ? { perSecond: order.rate, processor, p50, p95 } : undefined;
}

async function startAsterisk(): Promise<Called> {
  const { room, service } = currentTestNetwork();
  const asterisk = await Asterisk.start({
    behind: ['ip', 'netns', 'exec', service.namespace, 'taskset', '-c', String(CALLED_CORE)],
    address: service.address,
    gateway: room.address,
    fastStart: true,
    tunnelling: true,
    number: '100',
    name: 'Asterisk',
    codec: 'ulaw',
    isQuiet: true,
  });
  return {
    get processTime() {
      return processTime(asterisk.processId);
    },
    stop: () => asterisk.stop(),
  };
}

function hundredths(value: number): number {
  return Math.round(100 * value) / 100;
}
