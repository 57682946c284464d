import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { currentTestNetwork } from '../network/test-network.ts';

/** A process on the service's side of the test network. */
export interface ServiceProcess {
  readonly pid: number;
  /** Its program and arguments. */
  readonly command: string;
}

/** All processes of the service under test that are not dead. */
export function serviceProcesses(): ServiceProcess[] {
  const { namespace } = currentTestNetwork().service;
  const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
    .split('\n')
    .filter((text) => text !== '');
  return pids.flatMap((text) => {
    try {
      const command = readFileSync(`/proc/${text}/cmdline`, 'utf8').split('\0').join(' ').trim();
      // The dead have no command any more.
      return command === '' ? [] : [{ pid: Number(text), command }];
    } catch {
      return [];
    }
  });
}

/** The engine's processes. */
export function engineProcesses(): ServiceProcess[] {
  return serviceProcesses().filter(({ command }) => command.includes('mcu/engine/main.ts'));
}
