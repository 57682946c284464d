import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, mock, test } from 'node:test';
import { type SupervisedProcess, Supervisor } from './supervisor.ts';

/** A gateway that does what the test says. */
class FakeGateway extends EventEmitter {
  readonly pid = 4711;
  readonly connected = true;
  readonly told: unknown[] = [];
  readonly killed: unknown[] = [];

  send(message: unknown): boolean {
    this.told.push(message);
    return true;
  }

  kill(signal: unknown): boolean {
    this.killed.push(signal);
    this.emit('exit', null, signal);
    return true;
  }

  says(type: string): void {
    this.emit('message', { type });
  }
}

/** A supervisor with fake gateways, and a clock. */
class Stage {
  readonly gateways: FakeGateway[] = [];
  readonly events: string[] = [];
  now = 0;
  readonly supervisor: Supervisor;
  readonly code: Promise<number>;

  constructor() {
    const note = (facts: { event: string }): void => {
      this.events.push(facts.event);
    };
    this.supervisor = new Supervisor({
      start: () => {
        const gateway = new FakeGateway();
        this.gateways.push(gateway);
        return gateway as unknown as SupervisedProcess;
      },
      log: { info: note, warn: note, error: note } as never,
      now: () => this.now,
    });
    this.code = this.supervisor.run();
  }

  get gateway(): FakeGateway {
    const gateway = this.gateways.at(-1);
    assert.ok(gateway);
    return gateway;
  }

  /** Lets time pass, with its looks. */
  pass(milliseconds: number, beats: boolean): void {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      this.now += 250;
      mock.timers.tick(250);
      if (beats) {
        this.gateway.says('beat');
      }
    }
  }
}

/** Runs with timers that the test drives. */
async function staged(run: (stage: Stage) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const stage = new Stage();
  try {
    await run(stage);
  } finally {
    stage.supervisor.stop('test');
    stage.gateway.emit('exit', 0, null);
    await stage.code;
    mock.timers.reset();
  }
}

describe('Supervisor', () => {
  test('starts a gateway again that died, at once and then later each time', () =>
    staged(async (stage) => {
      stage.gateway.says('ready');
      stage.pass(20_000, true);
      stage.gateway.emit('exit', null, 'SIGKILL');
      stage.pass(250, true);
      assert.equal(stage.gateways.length, 2);
      stage.gateway.emit('exit', 1, null);
      stage.pass(250, false);
      assert.equal(stage.gateways.length, 3, 'the first quick death is let pass');
      stage.gateway.emit('exit', 1, null);
      stage.pass(250, false);
      assert.equal(stage.gateways.length, 3);
      stage.pass(500, false);
      assert.equal(stage.gateways.length, 4);
    }));

  test('kills a gateway that hangs, and starts another', () =>
    staged(async (stage) => {
      stage.gateway.says('ready');
      stage.pass(10_000, true);
      stage.pass(5000, false);
      assert.deepEqual(stage.gateways[0]?.killed, []);
      stage.pass(1000, false);
      assert.deepEqual(stage.gateways[0]?.killed, ['SIGKILL']);
      assert.equal(stage.gateways.length, 2);
      assert.ok(stage.events.includes('gateway-hangs'));
    }));

  test('gives a gateway time to load its code before its first beat', () =>
    staged(async (stage) => {
      stage.pass(20_000, false);
      assert.deepEqual(stage.gateway.killed, []);
    }));

  test('ends with the code of a gateway that never became ready', () =>
    staged(async (stage) => {
      stage.gateway.emit('exit', 3, null);
      assert.equal(await stage.code, 3);
      assert.equal(stage.gateways.length, 1);
    }));

  test('starts a gateway again that was killed before it became ready', () =>
    staged(async (stage) => {
      stage.gateway.emit('exit', null, 'SIGSEGV');
      stage.pass(250, true);
      assert.equal(stage.gateways.length, 2);
    }));

  test('asks once to stop, then to end, then kills', () =>
    staged(async (stage) => {
      stage.gateway.says('ready');
      stage.supervisor.stop('SIGTERM');
      // What waits for lessons may take its time.
      stage.pass(60_000, true);
      stage.supervisor.stop('SIGTERM');
      assert.deepEqual(stage.gateway.told, [{ type: 'stop' }, { type: 'end' }]);
      assert.deepEqual(stage.gateway.killed, []);
      stage.supervisor.stop('SIGTERM');
      assert.deepEqual(stage.gateway.killed, ['SIGKILL']);
      assert.equal(await stage.code, 1);
      assert.equal(stage.gateways.length, 1);
    }));

  test('kills a gateway that ends its calls and does not come to an end', () =>
    staged(async (stage) => {
      stage.gateway.says('ready');
      stage.supervisor.stop('SIGTERM');
      stage.gateway.says('ending');
      stage.pass(15_000, true);
      assert.deepEqual(stage.gateway.killed, []);
      stage.pass(500, true);
      assert.deepEqual(stage.gateway.killed, ['SIGKILL']);
    }));

  test('stops while it waits to start a gateway again', () =>
    staged(async (stage) => {
      stage.gateway.says('ready');
      stage.gateway.emit('exit', 1, null);
      stage.pass(250, false);
      stage.gateway.emit('exit', 1, null);
      stage.supervisor.stop('SIGINT');
      assert.equal(await stage.code, 0);
      stage.pass(10_000, false);
      assert.equal(stage.gateways.length, 2);
    }));
});
