import assert from 'node:assert/strict';
import { RoomLine } from '../room-line.ts';
import { type HandFlow, pause } from './hand-flow.ts';

/** Where a message is cut, ms between the pieces. */
const PAUSE = 120;

/** What happens to messages on a connection. */
export const STREAMS: readonly HandFlow[] = [
  {
    what: 'a message cut in a header, between header and body, and in the body',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const invite = room.text('INVITE', { body: room.offer() });
      const cuts = [invite.indexOf('Max-Forwards') + 5, invite.indexOf('\r\n\r\n') + 2, invite.indexOf('m=audio') + 7];
      for (const [from, to] of [0, ...cuts].map((cut, index) => [cut, [...cuts, invite.length][index]])) {
        line.send(invite.slice(from, to));
        await pause(PAUSE);
      }
      room.enter(await line.final('INVITE', 1));
      room.send('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'one byte at a time',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      for (const byte of room.text('INVITE', { body: room.offer() })) {
        line.send(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      room.enter(await line.final('INVITE', 1));
      room.send('ACK');
      assert.equal((await room.hangUp()).status, 200);
    },
  },
  {
    what: 'several messages in one segment, with a ping between them',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      room.send('INVITE', { body: room.offer() });
      room.enter(await line.final('INVITE', 1));
      line.send([room.text('ACK'), '\r\n\r\n', room.text('OPTIONS'), room.text('INFO'), room.text('BYE')].join(''));
      for (const [method, sequence] of [
        ['OPTIONS', 2],
        ['INFO', 3],
        ['BYE', 4],
      ] as const) {
        assert.equal((await line.final(method, sequence)).status, 200, method);
      }
    },
  },
  {
    what: 'a connection closed in the middle of a message: nothing happens, and the call goes on by another',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      await room.call();
      line.send(room.text('BYE').slice(0, 60));
      await pause(PAUSE);
      line.close();
      await pause(PAUSE);
      assert.equal(await stage.calls(), 1);
      const another = await RoomLine.tcp(stage.service);
      room.line = another;
      assert.equal((await room.hangUp()).status, 200);
      another.close();
    },
  },
  {
    what: 'the connection is lost before the INVITE is whole: no leg, and the next call is taken',
    protocol: 'tcp',
    ended: ['remote-hangup'],
    play: async (stage, line, room) => {
      const invite = room.text('INVITE', { sequence: 1, body: room.offer() });
      line.send(invite.slice(0, -20));
      await pause(PAUSE);
      line.close();
      await pause(PAUSE);
      assert.equal(await stage.calls(), 0);
      const another = await RoomLine.tcp(stage.service);
      room.line = another;
      room.send('INVITE', { sequence: 2, body: room.offer() });
      room.enter(await another.final('INVITE', 2));
      room.send('ACK', { sequence: 2 });
      assert.equal((await room.hangUp()).status, 200);
      another.close();
    },
  },
  {
    what: 'bytes that are no SIP: the connection is closed, and that is all',
    protocol: 'tcp',
    ended: [],
    play: async (_stage, line) => {
      line.send(`INVITE sip:x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n`);
      await pause(500);
      assert.ok(line.closedByPeer);
    },
  },
];
