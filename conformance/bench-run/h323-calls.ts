import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { currentTestNetwork } from '../network/test-network.ts';
import { Asterisk } from '../peers/asterisk.ts';
import type { Figure } from './figure.ts';
import { tenths } from './figure.ts';
import { type H323CallerOptions, type H323CallerOrder, h323CallerReport } from './h323-caller-protocol.ts';
import { PinnedProgram } from './pinned-program.ts';
import { processTime } from './process-time.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const [CALLED_CORE, CALLER_CORE] = [0, 1] as const;
const CALL_SIGNALLING = 1720;
const MEDIA_PORT = 30_000;
/** Answers and waits to be hung up on; Asterisk by its dial plan, ours whatever is dialled. */
const NUMBER = '605';
/** Calls at once that are tried; our stack takes 64 connections of one address. */
const AT_ONCE = [1, 4, 16, 48];
/** ms of each, and before the first, so that code is compiled. */
const STEP = 5000;
const WARMING = 3000;
/** ms beyond its time that a run may take. */
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
}

/**
 * How many calls a second are set up and cleared, by our stack and by Asterisk's, each on one core, called by the same caller on
 * another: fast start, H.245 in the tunnel up to capabilities and master, then ReleaseComplete.
 */
export async function measureCalls(progress: (line: string) => void): Promise<Figure[]> {
  const { service } = currentTestNetwork();
  await writeFile(REUSE, '1');
  const { namespace, address } = service;
  const ours = await rateOf('ours', progress, () =>
    PinnedProgram.start({
      program: path('h323-server.ts'),
      core: CALLED_CORE,
      namespace,
      options: { address, port: CALL_SIGNALLING },
    }),
  );
  const theirs = await rateOf('Asterisk', progress, startAsterisk);
  return [
    { name: 'calls_per_s', value: tenths(ours.perSecond), unit: '', target: null },
    { name: 'asterisk_calls_per_s', value: tenths(theirs.perSecond), unit: '', target: null },
    {
      name: 'calls_over_asterisk',
      value: tenths(ours.perSecond / theirs.perSecond),
      unit: '',
      target: 1,
      bound: 'at least',
    },
    { name: 'cpu_ms_per_call', value: hundredths(ours.processor), unit: 'ms', target: null },
    { name: 'asterisk_cpu_ms_per_call', value: hundredths(theirs.processor), unit: 'ms', target: null },
  ];
}

/** The most calls a second of which none failed, over numbers of calls at once. @throws Error where there are none such */
async function rateOf(who: string, progress: (line: string) => void, start: () => Promise<Called>): Promise<Rate> {
  const { room, service } = currentTestNetwork();
  const called = await start();
  try {
    const options: H323CallerOptions = {
      from: { address: room.address, port: MEDIA_PORT },
      to: { address: service.address, port: CALL_SIGNALLING },
      number: NUMBER,
    };
    const caller = await PinnedProgram.start({ program: path('h323-caller.ts'), core: CALLER_CORE, options });
    try {
      const run = async (order: H323CallerOrder) => {
        const before = called.processTime;
        const report = h323CallerReport.parse(await caller.ask(order, order.duration + PATIENCE));
        const { successful, failed, elapsed, firstError } = report;
        const rate = {
          perSecond: (1000 * successful) / elapsed,
          processor: (called.processTime - before) / successful,
        };
        const error = firstError === undefined ? '' : `, first: ${firstError}`;
        progress(
          `${who}, ${order.atOnce} at once: ${tenths(rate.perSecond)} calls/s, ${hundredths(rate.processor)} ms of the core for each, ${failed} failed${error}`,
        );
        return failed > 0 || successful === 0 ? undefined : rate;
      };
      await run({ duration: WARMING, atOnce: 4 });
      let best: Rate | undefined;
      for (const atOnce of AT_ONCE) {
        const rate = await run({ duration: STEP, atOnce });
        if (rate !== undefined && rate.perSecond > (best?.perSecond ?? 0)) {
          best = rate;
        }
      }
      if (best === undefined) {
        throw new Error(`${who}: no run without a failed call`);
      }
      return best;
    } finally {
      await caller.stop();
    }
  } finally {
    await called.stop();
  }
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
