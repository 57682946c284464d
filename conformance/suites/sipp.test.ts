import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../media/until.ts';
import { RunningService } from '../service/running-service.ts';
import { callsIn, dial as dialRoom, hangUp } from '../service/service-api.ts';
import { CALLED_RACES } from '../sipp/by-hand/called-races.ts';
import { playByHand } from '../sipp/by-hand/hand-flow.ts';
import { MEDIA_MOVES } from '../sipp/by-hand/media-moves.ts';
import { DATAGRAMS, RACES } from '../sipp/by-hand/races.ts';
import { STREAMS } from '../sipp/by-hand/streams.ts';
import { TIMERS } from '../sipp/by-hand/timers.ts';
import { CALLED, CALLING, type DialledFlow, type Flow } from '../sipp/flows.ts';
import { Sipp, type SippTransport } from '../sipp/sipp.ts';

// What SIP rooms do at awkward moments: scenarios of sipp against the running service. Every row has a class of its own, so
// that rows run side by side; afterwards nobody is in it and its legs ended for the reasons of the row.

/** ms that a transaction may live after its last message (64 * T1), and some more. */
const LONGEST_TRANSACTION = 36_000;
/** Rows that run at a time. */
const CONCURRENCY = 6;
const rows = (flows: readonly Flow[]) =>
  flows.flatMap((row) => row.transports.map((transport) => ({ row, transport })));
const BY_HAND = [...TIMERS, ...MEDIA_MOVES, ...CALLED_RACES, ...RACES, ...DATAGRAMS, ...STREAMS];
const codes = Array.from(
  { length: rows(CALLING).length + rows(CALLED).length + BY_HAND.length },
  (_, index) => `row-${index}`,
);

let service: RunningService;

before(async () => {
  service = await RunningService.start({
    CLASSBRIDGE_LESSONS_CLASSES: JSON.stringify(codes.map((code) => ({ code, title: code }))),
    // These rooms send no media.
    CLASSBRIDGE_MEDIA_SILENCE_TIME: '120',
  });
});

after(() => service?.stop());

/** Why the legs of a class ended. */
function endsOf(code: string): string[] {
  return service.events.flatMap((event) =>
    event.event === 'party-left' && event.class === code ? [event.reason ?? ''] : [],
  );
}

/** Waits until a class is empty again; then its legs must have ended for these reasons. */
async function ended(code: string, reasons: readonly string[]): Promise<void> {
  await until(`class ${code} is empty`, 4000, async () =>
    (await callsIn(service, code)).length === 0 ? true : undefined,
  );
  // What the log tells comes by another way than the API's answer.
  await until('the log tells', 2000, () => endsOf(code).length >= reasons.length || undefined);
  assert.deepEqual(endsOf(code), reasons);
}

/** Hangs up the only call of a class when the room has it. */
async function hangUpIn(code: string): Promise<void> {
  const id = await until(`a call in ${code}`, 4000, async () => (await callsIn(service, code))[0]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await hangUp(service, id);
}

async function play({ scenario, words = {}, operator, ends, target }: Flow, transport: SippTransport, code: string) {
  const room = await Sipp.start({ scenario, transport, target: target ?? code, service, words });
  if (operator === 'hangs-up') {
    await hangUpIn(code);
  }
  await room.done();
  await ended(code, ends);
}

async function dial(row: DialledFlow, transport: SippTransport, code: string): Promise<void> {
  const common = { transport, target: code, service };
  const elsewhere = row.elsewhere === undefined ? undefined : await Sipp.start({ ...common, scenario: row.elsewhere });
  const words = { ...row.words, ...(elsewhere === undefined ? {} : { elsewhere: String(elsewhere.port) }) };
  const room = await Sipp.start({ ...common, scenario: row.scenario, words, calls: row.calls ?? 1 });
  await Promise.all([room.listening(), elsewhere?.listening()]);
  const to = `sip:room@${room.address}:${room.port};transport=${transport}`;
  await dialRoom(service, { class: code, to, ...row.credentials });
  if (row.operator === 'hangs-up') {
    await hangUpIn(code);
  }
  await Promise.all([room.done(), elsewhere?.done()]);
  await ended(code, row.ends);
}

describe('rooms that call', { concurrency: CONCURRENCY }, () => {
  rows(CALLING).forEach(({ row, transport }, index) => {
    test(`${row.scenario}, ${transport}: ${row.what}`, () => play(row, transport, codes[index] ?? ''));
  });
});

describe('rooms that are called', { concurrency: CONCURRENCY }, () => {
  rows(CALLED).forEach(({ row, transport }, index) => {
    const code = codes[rows(CALLING).length + index] ?? '';
    test(`${row.scenario}, ${transport}: ${row.what}`, () => dial(row, transport, code));
  });
});

describe('rooms that do what no tool does', { concurrency: CONCURRENCY + TIMERS.length }, () => {
  BY_HAND.forEach((flow, index) => {
    test(`${flow.protocol}: ${flow.what}`, async () => {
      const code = codes[rows(CALLING).length + rows(CALLED).length + index] ?? '';
      await playByHand(flow, {
        service,
        code,
        ends: () => endsOf(code),
        calls: async () => (await callsIn(service, code)).length,
        dial: async ({ address, port, protocol }) => {
          const to = `sip:scripted@${address}:${port};transport=${protocol.toLowerCase()}`;
          await dialRoom(service, { class: code, to });
        },
        hangUp: () => hangUpIn(code),
      });
      await ended(code, flow.ended ?? endsOf(code));
    });
  });
});

test('nothing is left behind: no lesson, no dialog, no pending invitation, no transaction', async () => {
  const [full, empty] = [LONGEST_TRANSACTION, 3000];
  for (const [metric, timeout] of [
    ['classbridge_lessons', empty],
    ['classbridge_sip_dialogs', empty],
    ['classbridge_sip_pending_invites', empty],
    ['classbridge_sip_transactions{side="server"}', full],
    ['classbridge_sip_transactions{side="client"}', full],
  ] as const) {
    await until(`${metric} 0`, timeout, async () => ((await service.metric(metric)) === 0 ? true : undefined));
  }
  const reasons = service.events.flatMap(({ event, reason }) =>
    event === 'party-left' || event === 'call-refused' ? [reason ?? ''] : [],
  );
  for (const reason of new Set(reasons)) {
    assert.equal(
      await service.metric(`classbridge_calls_ended_total{protocol="sip",reason="${reason}"}`),
      reasons.filter((other) => other === reason).length,
      reason,
    );
  }
});
