import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endOf } from '#signaling/h323/captured/call-end.ts';
import { allCapturedCalls, type CapturedCall, otherSide, type Side } from '#signaling/h323/captured/captured-calls.ts';
import { decodeCaptured, encodeCaptured } from '#signaling/h323/captured/captured-codec.ts';
import {
  allCapturedMessages,
  type CapturedMessage,
  capturedMessages,
  captureNames,
  captureUrl,
} from '#signaling/h323/captured/captured-messages.ts';
import { habitsOfCaller, ReplayedCall } from '#signaling/h323/captured/replayed-call.ts';
import { assertRead } from '../h323/assert-read.ts';
import { namesAndValues } from '../h323/captured-names.ts';
import { difference } from '../h323/difference.ts';
import { everyExample } from '../h323/every-example.ts';
import { COMPLAINT, judgePackets } from '../h323/judged-packets.ts';
import { everyField, shownPackets } from '../h323/pdml.ts';
import { type ShownMessage, shownMessages } from '../h323/shown-messages.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { type Sent, writeCapture } from '../h323/write-capture.ts';
import { until } from '../media/until.ts';

/** Where our side of the replays is. */
const HERE = '127.0.0.1';
/** Its tables end with H.245 version 15: what came later it passes over, and says so in a note. */
const LATER = 'unknown sequence extension';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h323-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('what endpoints of others send reads as in Wireshark', () => {
  for (const capture of captureNames()) {
    test(`${capture}: every name and value of every message`, async () => {
      const shown = await shownPackets(fileURLToPath(captureUrl(capture)), 'h225 || h245');
      assertSame(capturedMessages(capture), shown.flatMap(shownMessages));
    });
  }
});

describe('Wireshark reads what we write', () => {
  test('every captured message, written again', async () => {
    const written = allCapturedMessages().flatMap((message): Sent[] =>
      message.type === 'OpenLogicalChannel' || message.way === 'parallel'
        ? []
        : [{ type: message.type, octets: encodeCaptured(message, decodeCaptured(message)) }],
    );
    assert.ok(written.length > 500);
    await assertReadable('written', written);
  });

  for (const full of [false, true]) {
    const extent = full ? 'with all that is optional' : 'with what must be there alone';
    test(`every kind of message of H.225.0, RAS and H.245, ${extent}`, async () => {
      await assertReadable(full ? 'full' : 'least', everyExample(full));
    });
  }
});

test('Wireshark reads all that we say in calls with captured endpoints', { timeout: 180_000 }, async (t) => {
  const wire = await WireRecord.start(HERE);
  t.after(() => wire.close());
  let replays = 0;
  for (const call of allCapturedCalls()) {
    for (const plays of ['caller', 'called'] as const) {
      for (const habits of plays === 'caller' ? [{}] : [habitsOfCaller(call), {}]) {
        await replay(call, plays, habits);
        replays += 1;
      }
    }
  }
  assert.equal(replays, 3 * allCapturedCalls().length);
  const least = { callSignalling: 4 * replays, tunnelledControl: 2 * replays, separateControl: replays };
  assertRead(await wire.stop(), least, t);
});

test('Wireshark complains of what it cannot read', async () => {
  const whole = everyExample(true).filter(({ octets }) => octets.length > 40);
  const kinds = new Map(whole.map((message) => [message.type, message]));
  assert.equal(kinds.size, 3);
  for (const message of kinds.values()) {
    const cut = { ...message, octets: message.octets.subarray(0, message.octets.length - 20) };
    const file = join(folder, `cut-${message.type}.pcap`);
    await writeFile(file, writeCapture([message, cut, message]));
    const { complaints } = await judgePackets(file, '192.0.2.1');
    assert.ok(
      complaints.length > 0 && complaints.every((line) => line.startsWith('packet 2: ')),
      complaints.join('\n'),
    );
  }
});

/** Both sides of a captured call, one of them ours, from its beginning to its end. */
async function replay(call: CapturedCall, plays: Side, habits: ReturnType<typeof habitsOfCaller> | object) {
  const listen = { address: HERE, port: 1720 };
  const replayed = await ReplayedCall.begin({ call, plays, application: { ...habits, listen } });
  try {
    const { peer, application } = replayed;
    await peer.play(peer.length.untilEnd);
    const { call: ours } = await replayed.party;
    if (endOf(call.steps).endedBy === otherSide(plays)) {
      ours.end('local-hangup');
    }
    await peer.play(peer.length.whole);
    await until('the call is over', 10_000, () => (application.calls === 0 ? true : undefined));
  } finally {
    await replayed.close();
  }
}

/** tshark shows these messages without complaint, and as we read them. */
async function assertReadable(name: string, messages: readonly Sent[]): Promise<void> {
  const file = join(folder, `${name}.pcap`);
  await writeFile(file, writeCapture(messages));
  const packets = await shownPackets(file, 'frame');
  assert.equal(packets.length, messages.length);
  let later = 0;
  for (const [index, { protocols }] of packets.entries()) {
    const message = messages[index];
    assert.ok(message !== undefined);
    const lines = [...everyField(protocols)].map(({ showname, show }) => showname || show);
    assert.deepEqual(
      lines.filter((line) => COMPLAINT.test(line)),
      [],
      `packet ${index}`,
    );
    if (lines.some((line) => line.includes(LATER))) {
      later += 1;
      continue;
    }
    // Call signalling stands first; H.245 is within it.
    const ours = namesAndValues(message);
    const shown = shownMessages({ frameNumber: index, protocols }).at(
      message.type === 'MultimediaSystemControlMessage' ? 1 : 0,
    );
    assertSameFields(ours, shown, `packet ${index}`);
  }
  assert.ok(later < messages.length / 2);
}

function assertSame(ours: readonly CapturedMessage[], theirs: readonly ShownMessage[]): void {
  assert.deepEqual(
    theirs.map(({ frameNumber }) => frameNumber),
    ours.map(({ frameNumber }) => frameNumber),
  );
  for (const [index, message] of ours.entries()) {
    assertSameFields(namesAndValues(message), theirs[index], `frame ${message.frameNumber}, ${message.type}`);
  }
}

function assertSameFields(ours: ReturnType<typeof namesAndValues>, theirs: ShownMessage | undefined, at: string): void {
  const { fields = [] } = theirs ?? {};
  for (let index = 0; index < Math.max(ours.length, fields.length); index++) {
    assert.equal(difference(ours[index], fields[index]), undefined, at);
  }
}
