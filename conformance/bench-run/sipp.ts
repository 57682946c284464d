import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSippCount, type SippCount } from './sipp-count.ts';

const SCENARIOS = new URL('../sipp/', import.meta.url);
/** ms over its time after which sipp is ended. */
const PATIENCE = 45_000;

/** One run of sipp. */
export interface SippRun {
  /** Name of a file in `conformance/sipp`, without its ending. */
  readonly scenario: 'call' | 'register';
  /** Core that it is held to. */
  readonly core: number;
  /** Address and UDP port that it sends from. */
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  /** -inf file. */
  readonly users: string;
  /** Calls that begin in `period` ms (default 1000), how many in all, and how many may be under way at once. */
  readonly rate: number;
  readonly period?: number;
  readonly calls: number;
  readonly limit?: number;
  /** ms that a call stands. */
  readonly hold?: number;
}

/** Runs sipp until all calls have ended or failed. Rejects where it does not run or does not end. */
export async function runSipp(run: SippRun): Promise<SippCount> {
  const { scenario, core, local, remote, users, rate, period = 1000, calls, limit = calls, hold = 0 } = run;
  const folder = await mkdtemp(join(tmpdir(), 'classbridge-sipp-'));
  const [statistics, errors] = [join(folder, 'statistics.csv'), join(folder, 'errors.log')];
  const args = [
    ...['-c', String(core), 'sipp', `${remote.address}:${remote.port}`],
    ...['-sf', fileURLToPath(new URL(`${scenario}.xml`, SCENARIOS)), '-inf', users, '-s', '1001'],
    ...['-i', local.address, '-p', String(local.port), '-t', 'u1', '-buff_size', String(4 * 2 ** 20)],
    ...['-r', String(rate), '-rp', String(period), '-m', String(calls), '-l', String(limit), '-d', String(hold)],
    ...['-trace_stat', '-stf', statistics, '-fd', '1', '-trace_err', '-error_file', errors],
    ...['-nostdin', '-nd', '-deadcall_wait', '0'],
  ];
  try {
    const child = spawn('taskset', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-2000);
    });
    const late = setTimeout(() => child.kill('SIGKILL'), (calls / rate) * period + hold + PATIENCE);
    const [code]: unknown[] = await once(child, 'close');
    clearTimeout(late);
    // 0: every call succeeded; 1: some failed.
    if (code !== 0 && code !== 1) {
      throw new Error(`sipp ended with ${code}: ${complaint}`);
    }
    const firstError = await readFile(errors, 'latin1').then(
      (text) => text.slice(0, 1500),
      () => '',
    );
    return { ...readSippCount(await readFile(statistics, 'latin1')), firstError };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
