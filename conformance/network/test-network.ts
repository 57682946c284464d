import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { z } from 'zod';

/**
 * Two hosts on one machine: the service in one network namespace, rooms and browsers in the other, joined by a virtual
 * cable. So calls really cross a network, to an address that is not loopback, and any port is free.
 */
const testNetworkSchema = z.object({
  /** Namespace and address of the service. */
  service: z.object({ namespace: z.string(), address: z.string(), address6: z.string() }),
  /** Those of rooms, browsers and of the test itself. */
  room: z.object({ namespace: z.string(), address: z.string(), address6: z.string() }),
});
/** The addresses of a test network. */
export type TestNetwork = z.infer<typeof testNetworkSchema>;

const VARIABLE = 'CLASSBRIDGE_TEST_NETWORK';
// Addresses for tests of network devices (RFC 2544, RFC 6890): they are nobody's.
const SERVICE_ADDRESS = '198.18.0.1';
const ROOM_ADDRESS = '198.18.0.2';
// Unique local addresses (RFC 4193).
const SERVICE_ADDRESS_6 = 'fd00:c1a5::1';
const ROOM_ADDRESS_6 = 'fd00:c1a5::2';

/** The network that this process runs in. Throws when it was not started in one. */
export function currentTestNetwork(): TestNetwork {
  const text = process.env[VARIABLE];
  if (text === undefined) {
    throw new Error('this needs a test network: run it by `npm run conformance -- SUITE` or `npm test -- PATH`');
  }
  return testNetworkSchema.parse(JSON.parse(text));
}

/** A network made for one run, and the words before a command that put it into the rooms' side. */
export interface MadeTestNetwork {
  readonly prefix: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Kills what still runs in the namespaces and takes them away. */
  remove(): void;
}

/** Makes a network. Throws where the machine does not let us (root is needed). */
export function makeTestNetwork(): MadeTestNetwork {
  const name = `cb${process.pid}`;
  const network: TestNetwork = {
    service: { namespace: `${name}s`, address: SERVICE_ADDRESS, address6: SERVICE_ADDRESS_6 },
    room: { namespace: `${name}r`, address: ROOM_ADDRESS, address6: ROOM_ADDRESS_6 },
  };
  const remove = () => {
    for (const { namespace } of [network.service, network.room]) {
      killAll(namespace);
      tryIp('netns', 'delete', namespace);
    }
  };
  remove();
  try {
    ip('netns', 'add', network.service.namespace);
    ip('netns', 'add', network.room.namespace);
    ip(
      'link',
      'add',
      `${name}a`,
      'netns',
      network.service.namespace,
      'type',
      'veth',
      'peer',
      'name',
      `${name}b`,
      'netns',
      network.room.namespace,
    );
    bringUp(network.service, `${name}a`);
    bringUp(network.room, `${name}b`);
  } catch (error) {
    remove();
    throw new Error('no test network: network namespaces need root and iproute2', { cause: error });
  }
  return {
    prefix: ['ip', 'netns', 'exec', network.room.namespace],
    environment: { [VARIABLE]: JSON.stringify(network) },
    remove,
  };
}

/** Runs a program in a network of its own; resolves to its exit code. The network is removed however it ends. */
export async function runInTestNetwork(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  const network = makeTestNetwork();
  try {
    const [command, ...rest] = network.prefix;
    const child = spawn(command, [...rest, program, ...args], {
      stdio: 'inherit',
      ...options,
      env: { ...process.env, ...network.environment },
    });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    network.remove();
  }
}

function bringUp({ namespace, address, address6 }: TestNetwork['room'], device: string): void {
  ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', device);
  // At once, without looking whether somebody else has it.
  ip('-n', namespace, 'address', 'add', `${address6}/64`, 'dev', device, 'nodad');
  ip('-n', namespace, 'link', 'set', device, 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  // Browsers look for a way to the world before they look at their own addresses.
  tryIp('-n', namespace, 'route', 'add', 'default', 'dev', device);
}

/** Kills every process in a namespace: a run that was killed itself leaves a service behind, which nobody would find. */
function killAll(namespace: string): void {
  let processes: string;
  try {
    processes = execFileSync('ip', ['netns', 'pids', namespace], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return;
  }
  for (const id of processes.split('\n').filter((line) => /^[1-9]\d*$/.test(line))) {
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function tryIp(...args: string[]): void {
  try {
    ip(...args);
  } catch {
    // It is not there, or the device has the route already.
  }
}
