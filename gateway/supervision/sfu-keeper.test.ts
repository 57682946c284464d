import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { SfuLoss } from '#mcu/sfu/sfu.ts';
import { type KeptSfu, SfuKeeper } from './sfu-keeper.ts';

class FakeSfu extends EventEmitter<{ died: [error: Error, loss: SfuLoss] }> {
  readonly processId = 1;
  closed = false;
  openRoom: KeptSfu['openRoom'] = () => Promise.reject(new Error('not here'));
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
  die(loss: SfuLoss = 'died'): void {
    this.emit('died', new Error('killed'), loss);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function kept(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const made: FakeSfu[] = [];
  const told: string[] = [];
  const trouble = { tries: 0 };
  const keeper = new SfuKeeper({
    start: async () => {
      if (trouble.tries > 0) {
        trouble.tries -= 1;
        throw new Error('the port is taken');
      }
      const sfu = new FakeSfu();
      made.push(sfu);
      return sfu;
    },
    log: { error: () => undefined, warn: () => undefined, info: () => undefined },
  });
  keeper.on('lost', (loss) => told.push(`lost ${loss}`));
  keeper.on('replaced', () => told.push('replaced'));
  await keeper.start();
  const pass = async (ms: number) => {
    context.mock.timers.tick(ms);
    await turn();
  };
  return { keeper, made, told, trouble, pass };
}

test('another media server takes the place of one that died', async (context) => {
  const { keeper, made, told, pass } = await kept(context);
  assert.equal(keeper.current, made[0]);
  made[0]?.die('hung');
  assert.equal(keeper.current, undefined);
  await pass(0);
  assert.equal(keeper.current, made[1]);
  assert.deepEqual(told, ['lost hung', 'replaced']);
});

test('while the port is held it is tried again soon', async (context) => {
  const { keeper, made, told, trouble, pass } = await kept(context);
  trouble.tries = 3;
  made[0]?.die();
  await pass(0);
  for (let count = 0; count < 3; count++) {
    assert.equal(keeper.current, undefined);
    await pass(25);
  }
  assert.equal(keeper.current, made[1]);
  assert.deepEqual(told, ['lost died', 'replaced']);
});

test('one that dies again and again is given pauses', async (context) => {
  const { keeper, made, pass } = await kept(context);
  for (let count = 0; count < 2; count++) {
    made.at(-1)?.die();
    await pass(0);
  }
  made.at(-1)?.die();
  await pass(249);
  assert.equal(keeper.current, undefined);
  await pass(1);
  assert.equal(keeper.current, made[3]);
});

test('a closed keeper starts none, and ends the one that is being started', async (context) => {
  const { keeper, made, told, pass } = await kept(context);
  made[0]?.die();
  context.mock.timers.tick(0);
  await keeper.close();
  assert.equal(made[1]?.closed, true);
  await pass(10_000);
  assert.equal(made.length, 2);
  assert.deepEqual(told, ['lost died']);
});

test('the end of a keeper is no loss', async (context) => {
  const { keeper, made, told } = await kept(context);
  await keeper.close();
  assert.equal(made[0]?.closed, true);
  made[0]?.die();
  assert.deepEqual(told, []);
});
