// Sets up and clears H.323 calls at a rate, for benches: started with an IPC channel, over which it is told its options first
// and then gets orders.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeScriptedCall } from '../h323/scripted-call.ts';
import { ScriptedMessages } from '../h323/scripted-messages.ts';
import { type H323CallerReport, h323CallerOptions, h323CallerOrder } from './h323-caller-protocol.ts';

const MOST_REFERENCES = 0x7fff;

const told: unknown[] = await once(process, 'message');
const { from, localAddresses, to, number } = h323CallerOptions.parse(told[0]);
const messages = new ScriptedMessages(from, to, number);
let calls = 0;

async function callFor(order: unknown): Promise<H323CallerReport> {
  const { duration, rate } = h323CallerOrder.parse(order);
  const begin = performance.now();
  const times: number[] = [];
  let failed = 0;
  let firstError: string | undefined;
  const one = async (): Promise<void> => {
    calls += 1;
    const begun = performance.now();
    try {
      const identity = {
        reference: (calls % MOST_REFERENCES) + 1,
        identifier: randomBytes(16),
        localAddress: localAddresses[calls % localAddresses.length],
      };
      await makeScriptedCall(messages, to, identity);
      times.push(performance.now() - begun);
    } catch (error) {
      failed += 1;
      firstError ??= String(error);
    }
  };
  const wanted = Math.round((rate * duration) / 1000);
  const all: Promise<void>[] = [];
  while (all.length < wanted) {
    const due = Math.min(wanted, Math.floor(((performance.now() - begin) * rate) / 1000) + 1);
    while (all.length < due) {
      all.push(one());
    }
    await sleep(1);
  }
  const begun = performance.now() - begin;
  await Promise.all(all);
  return { times, failed, begun, firstError };
}

process.on('message', (order) => {
  callFor(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ times: [], failed: 1, begun: 0, firstError: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
