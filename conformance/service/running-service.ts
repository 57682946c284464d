import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { currentTestNetwork } from '../network/test-network.ts';

const MAIN = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));
/** ms that the service may take to come up on a busy machine. */
const READY_TIMEOUT = 30_000;

const loggedEventSchema = z.object({
  event: z.string(),
  class: z.string().optional(),
  call: z.string().optional(),
  reason: z.string().optional(),
  pid: z.number().optional(),
  /** Unix time in ms. */
  time: z.number().optional(),
});
/** What a line of the log tells. */
export type LoggedEvent = z.infer<typeof loggedEventSchema>;

/** The service under test, on the other side of the test network. */
export class RunningService {
  /** The address of the service. */
  readonly address: string;
  readonly sipPort = 5060;
  readonly webPort = 8443;
  readonly operatorPort = 9464;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';
  #line = '';
  readonly #events: LoggedEvent[] = [];

  private constructor(address: string, child: ChildProcess, folder: string) {
    this.address = address;
    this.#child = child;
    this.#folder = folder;
    const collect = (chunk: Buffer) => {
      this.#output = `${this.#output}${chunk.toString()}`.slice(-200_000);
      this.#collectEvents(chunk.toString());
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  /** Starts the service with these environment variables over the defaults; resolves when it is ready. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const { service } = currentTestNetwork();
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-service-'));
    const child = spawn('ip', ['netns', 'exec', service.namespace, process.execPath, MAIN], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CLASSBRIDGE_DATA_FOLDER: folder,
        CLASSBRIDGE_OPERATOR_ADDRESS: '0.0.0.0',
        // A test machine that is busy refuses nobody where admission is not what is looked at.
        CLASSBRIDGE_ADMISSION_ENABLED: 'false',
        ...environment,
      },
    });
    const running = new RunningService(service.address, child, folder);
    await running.#ready();
    return running;
  }

  /** Everything that the service wrote. */
  get output(): string {
    return this.#output;
  }

  /** The events of its log so far. */
  get events(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** `sip:CODE@address:port`. */
  sipUri(code: string): string {
    return `sip:${code}@${this.address}:${this.sipPort}`;
  }

  /** The page of a class. */
  pageUrl(code: string): string {
    return `https://${this.address}:${this.webPort}/c/${code}`;
  }

  /** Text of `/metrics`. */
  async metrics(): Promise<string> {
    const response = await fetch(`http://${this.address}:${this.operatorPort}/metrics`);
    return await response.text();
  }

  /** Value of a metric whose line begins with `name{labels}`; undefined where there is none. */
  async metric(line: string): Promise<number | undefined> {
    const text = await this.metrics();
    const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.slice(line.length + 1));
  }

  /** The API's bearer token. */
  async apiToken(): Promise<string> {
    return (await this.dataFile('api-token')).trim();
  }

  /** Text of a file in its data folder. */
  dataFile(name: string): Promise<string> {
    return readFile(join(this.#folder, name), 'utf8');
  }

  /** What `/health` tells, with its HTTP status. */
  async health(): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`http://${this.address}:${this.operatorPort}/health`);
    return { status: response.status, body: await response.json() };
  }

  /** Asks the API; resolves to status and body. */
  async api(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const authorization = `Bearer ${await this.apiToken()}`;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return await new Promise((resolve, reject) => {
      const headers = { authorization, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) };
      const options = {
        host: this.address,
        port: this.webPort,
        path: `/api/v1${path}`,
        method,
        headers,
        rejectUnauthorized: false,
      };
      const outgoing = request(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  /** Process id of its supervisor, which `npm start` is. */
  get supervisor(): number {
    // `ip` becomes the program that it starts: its id is that of the service.
    return idOf(this.#child.pid);
  }

  /** Process id of the gateway that runs now. */
  get gateway(): number {
    return idOf(this.#events.findLast(({ event }) => event === 'gateway-started')?.pid);
  }

  /** Exit code of the supervisor; null while it runs or where a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Gets something of the API as it is; resolves to status, type and octets. */
  async download(
    path: string,
    accept = '*/*',
  ): Promise<{ readonly status: number; readonly type: string; readonly body: Buffer }> {
    const headers = { authorization: `Bearer ${await this.apiToken()}`, accept };
    return await new Promise((resolve, reject) => {
      const options = { host: this.address, port: this.webPort, path: `/api/v1${path}`, headers };
      const outgoing = request({ ...options, rejectUnauthorized: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const type = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      const forced = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(forced);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #collectEvents(chunk: string): void {
    const lines = `${this.#line}${chunk}`.split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines.filter((candidate) => candidate.startsWith('{'))) {
      const event = loggedEventSchema.safeParse(JSON.parse(line));
      if (event.success) {
        this.#events.push(event.data);
      }
    }
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT;
    while (Date.now() < deadline) {
      if (this.#child.exitCode !== null) {
        break;
      }
      try {
        const response = await fetch(`http://${this.address}:${this.operatorPort}/health`);
        if (response.ok) {
          return;
        }
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.stop();
    throw new Error(`the service did not come up:\n${this.#output}`);
  }
}

function idOf(pid: number | undefined): number {
  if (pid === undefined) {
    throw new Error('no such process runs');
  }
  return pid;
}
