import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { OldDialogEnd } from '#signaling/sip/application/end-old-dialog.ts';
import type { RecallOutcome } from '../conference/recaller.ts';
import { exampleCall, exampleRecall } from './example-records.ts';
import { Journal } from './journal.ts';
import type { JournalRecord } from './record.ts';
import { Succession, type SuccessionOptions } from './succession.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
const folders: string[] = [];

after(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A successor to a gateway that left these records. */
function successor(left: readonly JournalRecord[], means: Partial<SuccessionOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'classbridge-succession-'));
  folders.push(folder);
  const before = Journal.open(folder, quiet);
  for (const record of left) {
    before.put(record);
  }
  const journal = Journal.open(folder, quiet);
  const did: string[] = [];
  const succession = new Succession({
    journal,
    log: quiet,
    endDialog: async ({ callId }): Promise<OldDialogEnd> => {
      did.push(`bye ${callId}`);
      return 'ended';
    },
    dial: async (code): Promise<RecallOutcome> => {
      did.push(`dial ${code}`);
      return 'answered';
    },
    isThere: () => false,
    sleep: async (milliseconds) => {
      did.push(`wait ${milliseconds}`);
    },
    ...means,
  });
  return { succession, did, journal, folder };
}

describe('Succession', () => {
  test('ends the old dialog, then calls the room again, then nothing is left', async () => {
    const { succession, did, journal } = successor([exampleCall('a')], {});
    await succession.run();
    assert.deepEqual(did, ['bye a', 'wait 0', 'dial 1001']);
    assert.equal(journal.size, 0);
  });

  test('calls a room again whose call went with its connection: there is nothing to end', async () => {
    const { dialog: _, ...call } = exampleCall('a');
    const { succession, did, journal } = successor([call], {});
    await succession.run();
    assert.deepEqual(did, ['wait 0', 'dial 1001']);
    assert.equal(journal.size, 0);
  });

  test('tries three times, further apart each time', async () => {
    let tries = 0;
    const { succession, did, journal } = successor([exampleCall('a')], {
      dial: async () => {
        tries += 1;
        return 'failed';
      },
    });
    await succession.run();
    assert.equal(tries, 3);
    assert.deepEqual(did, ['bye a', 'wait 0', 'wait 1000', 'wait 4000']);
    assert.equal(journal.size, 0);
  });

  test('calls nobody who has hung up meanwhile, is no room, or came back by himself', async () => {
    const { redial: _, ...stranger } = exampleCall('stranger');
    for (const [left, means] of [
      [exampleCall('a'), { endDialog: async () => 'unknown-there' as const }],
      [{ ...stranger, why: 'one-way' as const }, {}],
      [exampleCall('a'), { isThere: () => true }],
    ] as const) {
      const { succession, did, journal } = successor([left], means);
      await succession.run();
      assert.ok(!did.includes('dial 1001'), did.join());
      assert.equal(journal.size, 0);
    }
  });

  test('a room that does not answer the BYE is called all the same', async () => {
    const { succession, did } = successor([exampleCall('a')], { endDialog: async () => 'unreachable' });
    await succession.run();
    assert.ok(did.includes('dial 1001'));
  });

  test('a room that brings gateways down is tried three times over all of them', async () => {
    const { succession, folder } = successor([exampleRecall('a', 1)], {
      // The gateway dies in the midst of it.
      dial: () => new Promise(() => undefined),
    });
    void succession.run();
    await new Promise((resolve) => setImmediate(resolve));
    const next = Journal.open(folder, quiet);
    assert.deepEqual([...next.inherited.values()], [exampleRecall('a', 2)]);
    const last = successor([exampleRecall('a', 3)], {});
    await last.succession.run();
    assert.deepEqual(last.did, []);
    assert.equal(last.journal.size, 0);
  });

  test('calls nobody any more once the service stops', async () => {
    const { succession, did, journal } = successor([exampleCall('a'), exampleRecall('b')], {});
    succession.giveUp();
    await succession.run();
    assert.deepEqual(did, ['bye a']);
    assert.equal(journal.size, 0);
  });

  test('has so many under way at once, and no more', async () => {
    let [now, most] = [0, 0];
    const calls = Array.from({ length: 100 }, (_, index) => exampleCall(String(index)));
    const { succession } = successor(calls, {
      endDialog: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return 'ended';
      },
    });
    await succession.run();
    assert.equal(most, 32);
  });
});
