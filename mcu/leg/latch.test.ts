import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { packetOf } from './example-media.ts';
import { Latch, PROOFS, SILENT_FOR, type Trust } from './latch.ts';

const SIGNALLED = { address: '192.0.2.1', port: 4000 };
/** Another port of the signalled address, and the address that signalling comes from. */
const OTHER_PORT = { address: '192.0.2.1', port: 61_000 };
const BEHIND_NAT = { address: '198.51.100.7', port: 61_000 };
const STRANGER = { address: '203.0.113.9', port: 9 };
const OTHER_STRANGER = { address: '203.0.113.77', port: 9 };
const TYPES = new Map([
  [8, 8000],
  [97, 90_000],
]);
/** ms and units of the clock of a packet of sound. */
const STEP = 20;
const TICKS = 160;

function newLatch(signalled: TransportAddress = SIGNALLED): Latch {
  const latch = new Latch(signalled);
  latch.expect(TYPES, BEHIND_NAT.address);
  return latch;
}

/** Packet `index` of a source, which is of time `STEP * index`. */
function sound(ssrc: number, index: number, fields: Partial<RtpPacket> = {}): RtpPacket {
  return packetOf({
    payloadType: 8,
    ssrc,
    sequenceNumber: (65_530 + index) & 0xffff,
    timestamp: (0xffff_f000 + TICKS * index) >>> 0,
    payload: Buffer.alloc(TICKS),
    ...fields,
  });
}

/** Sends packets `from` to `to` (not included) of a source, each at its time; how many packets the latch handed out. */
function send(latch: Latch, address: TransportAddress, ssrc: number, from: number, to: number): number {
  let taken = 0;
  for (let index = from; index < to; index++) {
    const verdict = latch.decide(sound(ssrc, index), address, STEP * index);
    taken += 'packets' in verdict ? verdict.packets.length : 0;
  }
  return taken;
}

describe('who is followed, and after how many packets', () => {
  const addresses = { signalled: SIGNALLED, host: BEHIND_NAT, stranger: STRANGER } as const;
  const others = { signalled: SIGNALLED, host: OTHER_PORT, stranger: OTHER_STRANGER } as const;
  const trusts: readonly Trust[] = ['signalled', 'host', 'stranger'];
  const PARTY = 1;

  /** Packets until media go to `address`; 0 when they never do. */
  function proof(latch: Latch, address: TransportAddress, ssrc: number, from: number): number {
    for (let index = from; index < from + 40; index++) {
      const verdict = latch.decide(sound(ssrc, index), address, STEP * index);
      if ('packets' in verdict) {
        assert.deepEqual(latch.target, address);
        assert.equal(verdict.packets.length, index - from + 1, 'nothing that was held is lost');
        return index - from + 1;
      }
      assert.notDeepEqual(latch.target, address);
    }
    return 0;
  }

  /** A latch that heard the party at an address until packet 100. */
  function using(address: TransportAddress): Latch {
    const latch = newLatch();
    assert.ok(send(latch, address, PARTY, 0, 100) > 90);
    assert.deepEqual(latch.target, address);
    return latch;
  }

  for (const trust of trusts) {
    test(`${trust}: nothing was heard yet`, () => {
      assert.equal(proof(newLatch(), addresses[trust], PARTY, 0), PROOFS[trust].unheard);
    });
    for (const inUse of trusts) {
      for (const [continuity, ssrc] of [
        ['same', PARTY],
        ['other', 2],
      ] as const) {
        if (trust === 'signalled' && inUse === 'signalled') {
          continue;
        }
        test(`${trust}, ${continuity} source: ${inUse} in use is heard`, () => {
          const latch = using(others[inUse]);
          const needed = PROOFS[trust].heard[inUse][continuity];
          let answer = 0;
          // The address in use goes on meanwhile, at the same time.
          for (let index = 100; index < 140 && answer === 0; index++) {
            const verdict = latch.decide(sound(ssrc, index), addresses[trust], STEP * index);
            answer = 'packets' in verdict ? index - 99 : 0;
            if (answer === 0) {
              latch.decide(sound(3, index), others[inUse], STEP * index);
              if (continuity === 'same') {
                latch.decide(sound(PARTY, index), others[inUse], STEP * index);
              }
            }
          }
          assert.equal(answer, needed);
        });
        test(`${trust}, ${continuity} source: ${inUse} in use is silent`, () => {
          const from = 100 + SILENT_FOR / STEP;
          assert.equal(proof(using(others[inUse]), addresses[trust], ssrc, from), PROOFS[trust].silent[continuity]);
        });
      }
    }
  }
});

test('one packet of a stranger draws nothing, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          payloadType: fc.constantFrom(0, 8, 97, 111),
          ssrc: fc.nat({ max: 2 }),
          sequenceNumber: fc.nat({ max: 0xffff }),
          timestamp: fc.nat(),
          length: fc.nat({ max: 3000 }),
          pause: fc.nat({ max: 2000 }),
        }),
        { maxLength: 60 },
      ),
      (probes) => {
        const latch = newLatch();
        let now = 0;
        let last = -2;
        for (const { length, pause, ...fields } of probes) {
          now += pause;
          // Never two in sequence.
          const sequenceNumber =
            fields.sequenceNumber === ((last + 1) & 0xffff) ? (last + 2) & 0xffff : fields.sequenceNumber;
          last = sequenceNumber;
          const packet = packetOf({ ...fields, sequenceNumber, payload: Buffer.alloc(length) });
          const verdict = latch.decide(packet, STRANGER, now);
          assert.ok('dropped' in verdict);
          assert.deepEqual(latch.target, SIGNALLED);
        }
      },
    ),
  );
});

test('media never go to an address that was neither signalled nor sent a run of packets in sequence', () => {
  const event = fc.record({
    address: fc.constantFrom(SIGNALLED, OTHER_PORT, BEHIND_NAT, STRANGER, OTHER_STRANGER),
    ssrc: fc.constantFrom(1, 2),
    jump: fc.constantFrom(0, 0, 0, 5, 40_000),
    payloadType: fc.constantFrom(8, 8, 8, 97, 13),
    pause: fc.constantFrom(0, 20, 20, 4000),
    resignal: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, OTHER_PORT, SIGNALLED),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 150 }), (events) => {
      const latch = newLatch();
      let signalled: TransportAddress = SIGNALLED;
      let now = 0;
      let number = 0;
      const sent = new Map<string, number>();
      for (const { address, ssrc, jump, payloadType, pause, resignal } of events) {
        now += pause;
        number = (number + 1 + jump) & 0xffff;
        if (resignal !== undefined) {
          latch.resignal(resignal, now);
          signalled = resignal;
        }
        const before = latch.target;
        const packet = sound(ssrc, number, { payloadType });
        const verdict = latch.decide(packet, address, now);
        const key = `${address.address} ${address.port}`;
        sent.set(key, (sent.get(key) ?? 0) + 1);
        if (!Object.is(latch.target, before) && latch.target !== signalled) {
          assert.ok('packets' in verdict);
          assert.deepEqual(latch.target, address, 'only who sent this packet');
          assert.ok(verdict.packets.length >= 2 && verdict.packets.length <= (sent.get(key) ?? 0));
          for (const [index, one] of verdict.packets.entries()) {
            assert.equal(one.ssrc, packet.ssrc);
            assert.equal(one.sequenceNumber, (packet.sequenceNumber - (verdict.packets.length - 1 - index)) & 0xffff);
            assert.ok(TYPES.has(one.payloadType));
          }
        }
      }
    }),
  );
});

test('a run must be of negotiated types, of plausible size, on time, and of one source', () => {
  const broken: Readonly<Record<string, (index: number) => RtpPacket>> = {
    'other payload type': (index) => sound(1, index, { payloadType: 111 }),
    'empty packets': (index) => sound(1, index, { payload: Buffer.alloc(0) }),
    'larger than any network carries': (index) => sound(1, index, { payload: Buffer.alloc(3000) }),
    'another source each time': (index) => sound(index, index),
    'a clock that leaps': (index) => sound(1, index, { timestamp: 100_000 * index }),
    'numbers with gaps': (index) => sound(1, 2 * index),
  };
  for (const [what, make] of Object.entries(broken)) {
    const latch = newLatch();
    for (let index = 0; index < 50; index++) {
      assert.ok('dropped' in latch.decide(make(index), BEHIND_NAT, STEP * index), what);
    }
    assert.deepEqual(latch.target, SIGNALLED);
  }
  const slow = newLatch();
  for (let index = 0; index < 50; index++) {
    assert.ok('dropped' in slow.decide(sound(1, index), BEHIND_NAT, 1001 * index), 'too seldom');
  }
});

test('a flood from everywhere does not keep a party out that is behind NAT', () => {
  const latch = newLatch();
  let port = 1000;
  for (let index = 0; index < 2; index++) {
    for (let count = 0; count < 50; count++) {
      port += 1;
      latch.decide(sound(port, port), { ...STRANGER, port }, STEP * index);
    }
    latch.decide(sound(1, index), BEHIND_NAT, STEP * index);
  }
  assert.deepEqual(latch.target, BEHIND_NAT);
});

test('a stranger who is first does not keep the party out', () => {
  for (const party of [SIGNALLED, BEHIND_NAT]) {
    const latch = newLatch();
    assert.equal(send(latch, STRANGER, 66, 0, 10), 10);
    assert.deepEqual(latch.target, STRANGER);
    assert.equal(send(latch, party, 1, 10, 13), 3);
    assert.deepEqual(latch.target, party);
    assert.equal(send(latch, STRANGER, 66, 13, 60), 0);
  }
});

test('who cannot know the source takes nothing over, however long it is silent', () => {
  const latch = newLatch();
  send(latch, BEHIND_NAT, 1, 0, 50);
  assert.equal(send(latch, STRANGER, 66, 2000, 2500), 0);
  // The SSRC is right, the numbers are not.
  for (let index = 3000; index < 3040; index++) {
    const packet = sound(1, index, { timestamp: (0x7000_0000 + TICKS * index) >>> 0 });
    assert.ok('dropped' in latch.decide(packet, STRANGER, STEP * index));
  }
  assert.deepEqual(latch.target, BEHIND_NAT);
});

test('packets whose types mean nothing keep the address in use, and are no media', () => {
  const latch = newLatch();
  send(latch, BEHIND_NAT, 1, 0, 10);
  for (let at = 1000; at <= 8000; at += 1000) {
    assert.deepEqual(latch.decide(sound(1, at, { payloadType: 20 }), BEHIND_NAT, at), {
      dropped: 'wrong-payload-type',
    });
  }
  assert.equal(send(latch, OTHER_PORT, 1, 400, 440), 0);
});

test('RTCP on the same port keeps the address in use and moves nothing', () => {
  const latch = newLatch();
  latch.heardRtcp(STRANGER, 0);
  assert.deepEqual(latch.target, SIGNALLED);
  send(latch, BEHIND_NAT, 1, 0, 10);
  latch.heardRtcp(BEHIND_NAT, 4000);
  assert.equal(send(latch, OTHER_PORT, 1, 220, 260), 0);
});

test('a newly signalled address counts at once; what is under way from the old one is taken and moves nothing', () => {
  const latch = newLatch();
  send(latch, SIGNALLED, 1, 0, 50);
  latch.resignal(SIGNALLED, 1000);
  assert.equal(latch.ssrc, 1, 'the same one changes nothing');
  const next = { address: '192.0.2.1', port: 4002 };
  latch.resignal(next, 1000);
  assert.deepEqual(latch.target, next);
  assert.equal(send(latch, SIGNALLED, 1, 50, 60), 10);
  assert.deepEqual(latch.target, next);
  assert.equal(send(latch, next, 1, 60, 61), 1);
  assert.equal(send(latch, SIGNALLED, 1, 150, 160), 0, 'later it is an address like any other');
});

test('a room that says it is nowhere is sent nothing, is still listened to, and is found again behind its NAT', () => {
  const latch = newLatch();
  send(latch, BEHIND_NAT, 1, 0, 10);
  const nowhere = { address: '0.0.0.0', port: 4000 };
  latch.resignal(nowhere, 200);
  assert.equal(send(latch, BEHIND_NAT, 1, 1000, 1010), 10);
  assert.equal(send(latch, OTHER_PORT, 1, 1010, 1050), 0);
  assert.deepEqual(latch.target, nowhere);
  latch.resignal(SIGNALLED, 30_000);
  assert.equal(send(latch, BEHIND_NAT, 1, 1500, 1502), 2);
  assert.deepEqual(latch.target, BEHIND_NAT);
});

test('a latch goes on from the record of another, unless signalling names another address by now', () => {
  const first = newLatch();
  assert.equal(first.record, undefined);
  send(first, BEHIND_NAT, 1, 0, 10);
  const { record } = first;
  assert.deepEqual(record, { signalled: SIGNALLED, followed: BEHIND_NAT, ssrc: 1 });
  const resumed = (signalled?: TransportAddress) => {
    const latch = newLatch(signalled);
    latch.resume(record, 10_000);
    return latch;
  };
  const second = resumed();
  assert.deepEqual(second.target, BEHIND_NAT);
  assert.equal(send(second, STRANGER, 66, 500, 540), 0);
  assert.equal(send(second, BEHIND_NAT, 1, 540, 541), 1);
  assert.equal(send(resumed(), OTHER_PORT, 1, 660, 662), 2, 'moved while the engine was away');
  const next = { ...SIGNALLED, port: 4002 };
  assert.deepEqual(resumed(next).target, next);
});

test('an IPv4 address is the same in the spelling of sockets for both IP versions', () => {
  const latch = newLatch();
  latch.expect(TYPES, `::ffff:${BEHIND_NAT.address}`);
  assert.equal(latch.trustOf(BEHIND_NAT), 'host');
  assert.equal(latch.trustOf({ address: '::ffff:192.0.2.1', port: 4000 }), 'signalled');
  assert.equal(latch.trustOf(STRANGER), 'stranger');
});
