import assert from 'node:assert/strict';
import { type HandFlow, pause } from './hand-flow.ts';

/** Rooms that are called and do the unexpected. */
export const CALLED_RACES: readonly HandFlow[] = [
  {
    what: 'given up before the room says anything: the CANCEL waits for its first word (RFC 3261 §9.1)',
    protocol: 'udp',
    ended: ['local-hangup'],
    play: async (stage, line, room) => {
      await stage.dial(line);
      const invite = await line.request('INVITE');
      await stage.hangUp();
      await pause(300);
      assert.equal(line.unread.filter(({ method }) => method === 'CANCEL').length, 0);
      room.respond(invite, '180 Ringing', { tag: room.tag });
      room.respond(await line.request('CANCEL'), '200 OK');
      room.respond(invite, '487 Request Terminated', { tag: room.tag });
      await line.request('ACK');
    },
  },
  {
    what: 'the room answers in the moment in which it is given up: ACK, then BYE',
    protocol: 'udp',
    ended: ['local-hangup'],
    play: async (stage, line, room) => {
      await stage.dial(line);
      const invite = await line.request('INVITE');
      room.respond(invite, '180 Ringing', { tag: room.tag });
      await stage.hangUp();
      const cancel = await line.request('CANCEL');
      room.respond(invite, '200 OK', { tag: room.tag, body: room.offer() });
      room.respond(cancel, '200 OK');
      await line.request('ACK');
      room.respond(await line.request('BYE'), '200 OK');
    },
  },
  {
    what: 'the room hangs up in one breath with its 200, before our ACK',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      await stage.dial(line);
      const invite = await line.request('INVITE');
      room.take(invite);
      room.respond(invite, '200 OK', { tag: room.tag, body: room.offer() });
      room.send('BYE');
      assert.equal((await line.final('BYE', 1)).status, 200);
    },
  },
  {
    what: 'our ACK is lost: each 200 that comes again is acknowledged again',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      await stage.dial(line);
      const invite = await line.request('INVITE');
      room.take(invite);
      for (let time = 0; time < 3; time++) {
        room.respond(invite, '200 OK', { tag: room.tag, body: room.offer() });
        await line.request('ACK');
        await pause(200);
      }
      assert.equal(await stage.calls(), 1);
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'a proxy rang two rooms and both answer: the second is acknowledged and ended (RFC 3261 §13.2.2.4)',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      await stage.dial(line);
      const invite = await line.request('INVITE');
      room.take(invite);
      room.respond(invite, '180 Ringing', { tag: 'other' });
      room.respond(invite, '200 OK', { tag: room.tag, body: room.offer() });
      await line.next('ACK to the first', ({ method, text }) => method === 'ACK' && text.includes(`tag=${room.tag}`));
      room.respond(invite, '200 OK', { tag: 'other', body: room.offer() });
      await line.next('ACK to the second', ({ method, text }) => method === 'ACK' && text.includes('tag=other'));
      const bye = await line.request('BYE');
      assert.match(bye.text, /^To:.*tag=other/m);
      room.respond(bye, '200 OK');
      assert.equal(await stage.calls(), 1);
      assert.equal((await room.hangUp()).status, 200);
    },
  },
];
