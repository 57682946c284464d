import assert from 'node:assert/strict';
import { type HeardMessage, headerOf, type RoomLine } from '../room-line.ts';
import type { ScriptedRoom } from '../scripted-room.ts';
import type { HandFlow } from './hand-flow.ts';

/** T1 and T2 of RFC 3261 §17, ms, and how far a busy machine may be off. */
const [T1, T2, SLACK] = [500, 4000, 400];

/** Everything that comes until a BYE, answered with 200. */
async function untilBye(line: RoomLine, room: ScriptedRoom, timeout: number): Promise<HeardMessage> {
  const bye = await line.request('BYE', timeout);
  room.respond(bye, '200 OK');
  return bye;
}

/** What takes as long as it takes: these run beside all others. */
export const TIMERS: readonly HandFlow[] = [
  {
    what: 'a lost ACK: the 200 comes again after 0.5, 1, 2, 4, 4 … s, and BYE after 32 s',
    protocol: 'udp',
    ended: ['signalling-timeout'],
    play: async (_stage, line, room) => {
      room.send('INVITE', { body: room.offer() });
      const first = await line.final('INVITE', 1);
      const bye = await untilBye(line, room, 36_000);
      assert.ok(Math.abs(bye.at - first.at - 64 * T1) < 2 * SLACK, `BYE after ${bye.at - first.at} ms`);
      const repeated = line.unread.filter(({ status }) => status === 200);
      assert.ok(repeated.every(({ text }) => text === first.text));
      const distances = repeated.map(({ at }, index) => at - (repeated[index - 1] ?? first).at);
      const expected = [T1, 2 * T1, 4 * T1, T2, T2, T2, T2, T2, T2, T2];
      assert.equal(distances.length, expected.length);
      for (const [index, distance] of distances.entries()) {
        assert.ok(Math.abs(distance - (expected[index] ?? 0)) < SLACK, `${distances.map(Math.round).join(' ')} ms`);
      }
    },
  },
  {
    what: 'a lost ACK over TCP: the 200 is repeated there too, and BYE comes after 32 s',
    protocol: 'tcp',
    ended: ['signalling-timeout'],
    play: async (_stage, line, room) => {
      room.send('INVITE', { body: room.offer() });
      const first = await line.final('INVITE', 1);
      const bye = await untilBye(line, room, 36_000);
      assert.ok(Math.abs(bye.at - first.at - 64 * T1) < 2 * SLACK);
      assert.ok(line.unread.some(({ status }) => status === 200));
    },
  },
  {
    what: 'a session that the room should refresh and does not: BYE a third of it before its end',
    protocol: 'udp',
    ended: ['signalling-timeout'],
    play: async (_stage, line, room) => {
      const answer = await room.call({}, ['Supported: timer', 'Session-Expires: 90;refresher=uac']);
      const bye = await untilBye(line, room, 65_000);
      assert.ok(Math.abs(bye.at - answer.at - 60_000) < 2 * SLACK, `BYE after ${bye.at - answer.at} ms`);
      assert.match(headerOf(bye, 'Reason'), /cause=102/);
    },
  },
  {
    what: 'a session that we refresh by re-INVITE; it crosses one of the room both ways, and is tried again soon',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const answer = await room.call({}, ['Supported: timer', 'Session-Expires: 90;refresher=uas']);
      assert.match(headerOf(answer, 'Session-Expires'), /^90;refresher=uas/);
      const refresh = await line.request('INVITE', 50_000);
      assert.ok(Math.abs(refresh.at - answer.at - 45_000) < 2 * SLACK, `refreshed after ${refresh.at - answer.at} ms`);
      assert.match(headerOf(refresh, 'Session-Expires'), /^90;refresher=uac/);
      assert.match(headerOf(refresh, 'Contact'), /^<sip:/);
      assert.match(refresh.text, /m=audio [1-9]/);
      // The room's own, while ours waits.
      room.send('INVITE', { body: room.offer({ version: 2 }), branch: 'z9hG4bKcrossing' });
      assert.equal((await line.final('INVITE', 2)).status, 491);
      room.send('ACK', { branch: 'z9hG4bKcrossing' });
      room.respond(refresh, '491 Request Pending');
      await line.request('ACK');
      const again = await line.request('INVITE', 5000);
      assert.ok(again.at - refresh.at < 2000 + SLACK, 'the one who did not begin the dialog waits 2 s at the most');
      room.respond(again, '200 OK', { headers: ['Session-Expires: 90;refresher=uac'], body: room.offer() });
      await line.request('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a session that we refresh by UPDATE where the room allows it',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      await room.call({}, ['Supported: timer', 'Session-Expires: 90;refresher=uas', 'Allow: INVITE, ACK, BYE, UPDATE']);
      const refresh = await line.request('UPDATE', 50_000);
      assert.equal(headerOf(refresh, 'Content-Length'), '0');
      room.respond(refresh, '200 OK', { headers: ['Session-Expires: 90;refresher=uac'] });
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a room that knows nothing of the call when it is refreshed: it ends at once',
    protocol: 'udp',
    ended: ['signalling-timeout'],
    play: async (_stage, line, room) => {
      await room.call({}, ['Supported: timer', 'Session-Expires: 90;refresher=uas']);
      room.respond(await line.request('INVITE', 50_000), '481 Call/Transaction Does Not Exist');
      await untilBye(line, room, 2000);
    },
  },
];
