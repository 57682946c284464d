import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { captured, GatekeeperHarness } from '#signaling/h323/ras/gatekeeper/harness.ts';
import { readRas, writeRas } from '#signaling/h323/ras/message.ts';
import { userWithPassword } from '#signaling/h323/ras/security/ras-user.ts';

const NAMES = ['asterisk', 'h323plus', 'h323plus-password'];
/** An answer repeats no more than the request and what a gatekeeper says of itself. */
const LONGEST_ANSWER = 10_000;

/** Whatever a datagram brought about is over in time; answers are bounded and can be read. */
export const target: FuzzTarget = {
  title: 'datagrams of RAS, as our gatekeeper takes them',
  maximumLength: 2000,
  seeds: () => NAMES.flatMap((name) => captured(name).map(({ data }) => data)),
  dictionary: [
    Buffer.from('SpikeGK', 'utf16le').swap16(),
    Buffer.from('caller', 'utf16le').swap16(),
    ...['06000008914a0004', '0b0c', '7f000001', '06b7'].map((octets) => Buffer.from(octets, 'hex')),
  ],
  examine(input) {
    const harness = new GatekeeperHarness({ users: [userWithPassword('caller', 'secret1')] });
    harness.give(input);
    harness.gatekeeper.tick(harness.now + 10_000_000);
    assert.ok(harness.gatekeeper.registry.size === 0 && harness.gatekeeper.calls.size === 0);
    for (const { data } of harness.sent) {
      assert.ok(data.length <= LONGEST_ANSWER);
      assert.deepEqual(writeRas(readRas(data)), data);
    }
  },
};
