// Sets up and clears H.323 calls as fast as they go, for benches: started with an IPC channel, over which it is told its options first
// and then gets orders.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { makeScriptedCall } from '../h323/scripted-call.ts';
import { ScriptedMessages } from '../h323/scripted-messages.ts';
import { type H323CallerReport, h323CallerOptions, h323CallerOrder } from './h323-caller-protocol.ts';

const MOST_REFERENCES = 0x7fff;

const told: unknown[] = await once(process, 'message');
const { from, to, number } = h323CallerOptions.parse(told[0]);
const messages = new ScriptedMessages(from, to, number);
let calls = 0;

async function callFor(order: unknown): Promise<H323CallerReport> {
  const { duration, atOnce } = h323CallerOrder.parse(order);
  const begin = performance.now();
  let [successful, failed] = [0, 0];
  let firstError: string | undefined;
  const one = async (): Promise<void> => {
    while (performance.now() - begin < duration) {
      calls += 1;
      const identity = { reference: (calls % MOST_REFERENCES) + 1, identifier: randomBytes(16) };
      try {
        await makeScriptedCall(messages, to, identity);
        successful += 1;
      } catch (error) {
        failed += 1;
        firstError ??= String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { successful, failed, elapsed: performance.now() - begin, firstError };
}

process.on('message', (order) => {
  callFor(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ successful: 0, failed: 1, elapsed: 0, firstError: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
