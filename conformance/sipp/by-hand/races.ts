import assert from 'node:assert/strict';
import type { RoomLine } from '../room-line.ts';
import { headerOf } from '../room-line.ts';
import { ScriptedRoom } from '../scripted-room.ts';
import { type HandFlow, pause, type Stage } from './hand-flow.ts';

/** ms after which rooms change their minds. */
const CHANGES_OF_MIND = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 25, 40];

/** Calls, and cancels after a while; resolves to what the INVITE came to. */
async function callAndCancel(stage: Stage, line: RoomLine, after: number): Promise<number> {
  const room = new ScriptedRoom(line, stage.service, stage.code);
  const branch = ScriptedRoom.branch();
  room.send('INVITE', { branch, body: room.offer() });
  if (after > 0) {
    await pause(after);
  }
  room.send('CANCEL', { branch });
  const cancelled = await line.final('CANCEL', 1);
  assert.equal(cancelled.status, 200);
  const answer = await line.final('INVITE', 1);
  if (answer.status === 200) {
    room.enter(answer);
    room.send('ACK');
    assert.equal((await room.hangUp()).status, 200);
  } else {
    room.send('ACK', { branch });
  }
  return answer.status;
}

/** Two messages at once, late ones and repeated ones: what no sipp can send. */
export const RACES: readonly HandFlow[] = (['udp', 'tcp'] as const).flatMap((protocol): HandFlow[] => [
  {
    what: 'CANCEL right behind the INVITE',
    protocol,
    play: async (stage, line) => {
      assert.equal(await callAndCancel(stage, line, 0), 487);
      await pause(300);
      // It may not even have come as far as the lesson.
      assert.ok(['', 'cancelled'].includes(stage.ends().join()));
    },
  },
  {
    what: 'CANCEL at every moment up to the 200 and after it',
    protocol,
    play: async (stage, line) => {
      const statuses: number[] = [];
      for (const after of CHANGES_OF_MIND) {
        statuses.push(await callAndCancel(stage, line, after));
      }
      assert.ok(statuses.every((status) => status === 487 || status === 200));
      await pause(300);
      const answered = statuses.filter((status) => status === 200).length;
      assert.equal(stage.ends().filter((reason) => reason === 'remote-hangup').length, answered);
      assert.deepEqual(
        new Set(stage.ends()),
        new Set([...(answered < statuses.length ? ['cancelled'] : []), ...(answered > 0 ? ['remote-hangup'] : [])]),
      );
    },
  },
  {
    what: 'BYE before the ACK: the 200 is not repeated any more',
    protocol,
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      room.send('INVITE', { body: room.offer() });
      room.enter(await line.final('INVITE', 1));
      assert.equal((await room.hangUp()).status, 200);
      await pause(1500);
      assert.deepEqual(
        line.unread.filter(({ status }) => status >= 200),
        [],
      );
    },
  },
  {
    what: 'a re-INVITE in one piece with the ACK before it',
    protocol,
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      room.send('INVITE', { body: room.offer() });
      room.enter(await line.final('INVITE', 1));
      const pieces = [room.text('ACK'), room.text('INVITE')];
      if (protocol === 'tcp') {
        line.send(pieces.join(''));
      } else {
        for (const piece of pieces) {
          line.send(piece);
        }
      }
      const offer = await line.final('INVITE', 2);
      assert.equal(offer.status, 200);
      assert.match(offer.text, /m=audio [1-9]/);
      room.send('ACK', { body: room.offer({ version: 2 }) });
      await pause(300);
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a second re-INVITE before the first is answered: 500 with Retry-After',
    protocol,
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      await room.call();
      const branch = ScriptedRoom.branch();
      line.send(room.text('INVITE', { body: room.offer({ version: 2 }) }));
      line.send(room.text('INVITE', { body: room.offer({ version: 3 }), branch }));
      const second = await line.final('INVITE', 3);
      assert.equal(second.status, 500);
      assert.match(headerOf(second, 'Retry-After'), /^\d/);
      room.send('ACK', { sequence: 3, branch });
      assert.equal((await line.final('INVITE', 2)).status, 200);
      room.send('ACK', { sequence: 2 });
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'one INVITE on two ways: 482 for the second',
    protocol,
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const [first, second] = [ScriptedRoom.branch(), ScriptedRoom.branch()];
      const body = room.offer();
      line.send(room.text('INVITE', { sequence: 1, branch: first, body }));
      line.send(room.text('INVITE', { sequence: 1, branch: second, body }));
      const merged = await line.next('482', ({ status }) => status === 482);
      assert.match(headerOf(merged, 'Via'), new RegExp(second));
      room.send('ACK', { sequence: 1, branch: second });
      room.enter(await line.next('200', ({ status }) => status === 200));
      room.send('ACK', { sequence: 1 });
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'an ACK whose URI lost its parameters and user',
    protocol,
    ended: ['remote-hangup'],
    play: async ({ service }, line, room) => {
      room.send('INVITE', { body: room.offer() });
      room.enter(await line.final('INVITE', 1));
      room.send('ACK', { uri: `sip:${service.address}` });
      await pause(1200);
      assert.deepEqual(
        line.unread.filter(({ status }) => status >= 200),
        [],
        'the 200 is not repeated',
      );
      assert.equal((await room.hangUp()).status, 200);
    },
  },
]);

/** What only datagrams can do. */
export const DATAGRAMS: readonly HandFlow[] = [
  {
    what: 'an INVITE without Contact is taken, and ended where it came from',
    protocol: 'udp',
    ended: ['local-hangup'],
    play: async (stage, line, room) => {
      line.send(room.text('INVITE', { body: room.offer() }).replace(/^Contact:.*\r\n/m, ''));
      room.enter(await line.final('INVITE', 1));
      room.send('ACK');
      await stage.hangUp();
      room.respond(await line.request('BYE'), '200 OK');
    },
  },
  {
    what: 'a lost 200: the INVITE comes again and gets the same answer; one leg',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      const invite = room.text('INVITE', { body: room.offer() });
      line.send(invite);
      const answer = await line.final('INVITE', 1);
      line.send(invite);
      const again = await line.final('INVITE', 1);
      assert.equal(again.text, answer.text);
      assert.equal(await stage.calls(), 1);
      room.enter(answer);
      room.send('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a storm: every message comes a hundred times',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      const storm = (text: string) => {
        for (let count = 0; count < 100; count++) {
          line.send(text);
        }
      };
      storm(room.text('INVITE', { body: room.offer() }));
      const answer = await line.final('INVITE', 1);
      assert.equal(await stage.calls(), 1);
      room.enter(answer);
      storm(room.text('ACK'));
      storm(room.text('INFO'));
      assert.equal((await line.final('INFO', 2)).status, 200);
      storm(room.text('BYE'));
      assert.equal((await line.final('BYE', 3)).status, 200);
      await pause(300);
      const other = line.unread.filter(({ status }) => status >= 300);
      assert.deepEqual(
        other.map(({ text }) => text),
        [],
      );
    },
  },
  {
    what: 'Content-Length beyond the datagram: 400; short of it: the rest is left',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const [first, second] = [ScriptedRoom.branch(), ScriptedRoom.branch()];
      const body = room.offer();
      const lengthened = (text: string, by: number) =>
        text.replace(/Content-Length: \d+/, `Content-Length: ${body.length + by}`);
      line.send(lengthened(room.text('INVITE', { body, branch: first }), 100));
      assert.equal((await line.final('INVITE', 1)).status, 400);
      room.send('ACK', { branch: first });
      line.send(`${room.text('INVITE', { body, branch: second })}a=no-such-line\r\nnothing of this counts`);
      room.enter(await line.final('INVITE', 2));
      room.send('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a Via that names another address and asks for nothing: answers go where the request came from',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const behindNat = (text: string) => text.replace(/^(Via: SIP\/2.0\/UDP) [^;]*/m, '$1 10.0.0.9:5060');
      line.send(behindNat(room.text('INVITE', { body: room.offer() })));
      room.enter(await line.final('INVITE', 1));
      line.send(behindNat(room.text('ACK')));
      line.send(behindNat(room.text('BYE')));
      assert.equal((await line.final('BYE', 2)).status, 200);
    },
  },
  {
    what: 'empty lines before the INVITE',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      line.send('\r\n\r\n');
      line.send(`\r\n\r\n${room.text('INVITE', { body: room.offer() })}`);
      room.enter(await line.final('INVITE', 1));
      room.send('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
];
