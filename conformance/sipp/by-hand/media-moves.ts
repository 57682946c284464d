import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { until } from '../../media/until.ts';
import type { HeardMessage, RoomLine } from '../room-line.ts';
import type { OfferParts, ScriptedRoom } from '../scripted-room.ts';
import { type HandFlow, pause } from './hand-flow.ts';

/** Where RTP arrives. */
class Ear {
  readonly #socket: Socket;
  #closed = false;
  /** Packets since the last look. */
  packets = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => {
      // RTP of PCMA, not RTCP (RFC 5761 §4).
      this.packets += ((packet[1] ?? 0) & 0x7f) === 8 ? 1 : 0;
    });
  }

  static async open(address: string): Promise<Ear> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Ear(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when packets flow here. */
  async hears(what: string): Promise<void> {
    this.packets = 0;
    await until(what, 3000, () => (this.packets >= 5 ? true : undefined));
  }

  /** Rejects if packets flow here. What was on its way does not count. */
  async hearsNothing(what: string): Promise<void> {
    await pause(200);
    this.packets = 0;
    await pause(600);
    assert.equal(this.packets, 0, what);
  }

  /** Sends some packets of silence in PCMA, 20 ms apart, to the port that an answer names. */
  speak(answer: HeardMessage, count: number): void {
    const port = Number(/m=audio (\d+)/.exec(answer.text)?.[1]);
    const address = /c=IN IP4 (\S+)/.exec(answer.text)?.[1] ?? '';
    const header = Buffer.from([0x80, 8, 0, 0, 0, 0, 0, 0, 1, 2, 3, this.port & 0xff]);
    for (let index = 0; index < count; index++) {
      const packet = Buffer.concat([header, Buffer.alloc(160, 0xd5)]);
      packet.writeUInt16BE(index, 2);
      packet.writeUInt32BE(index * 160, 4);
      setTimeout(() => this.#closed || this.#socket.send(packet, port, address), 20 * index);
    }
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
  }
}

async function reInvite(line: RoomLine, room: ScriptedRoom, sequence: number, offer: OfferParts): Promise<void> {
  room.send('INVITE', { sequence, body: room.offer({ ...offer, version: sequence }) });
  assert.equal((await line.final('INVITE', sequence)).status, 200);
  room.send('ACK', { sequence });
}

/** Whether sound really goes where signalling says. */
export const MEDIA_MOVES: readonly HandFlow[] = [
  {
    what: 'sound goes to the port of the offer, then to that of a re-INVITE; on hold, nowhere',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const [first, second] = [await Ear.open(line.address), await Ear.open(line.address)];
      try {
        await room.call({ port: first.port });
        await first.hears('sound at the first port');
        await reInvite(line, room, 2, { port: second.port });
        await second.hears('sound at the second port');
        await first.hearsNothing('sound at the port that was left');
        for (const [sequence, hold] of [
          [3, { direction: 'sendonly' }],
          [5, { direction: 'inactive' }],
          [7, { address: '0.0.0.0' }],
          [9, { port: 0 }],
        ] as const) {
          await reInvite(line, room, sequence, { port: second.port, ...hold });
          await second.hearsNothing(`sound on hold by ${JSON.stringify(hold)}`);
          await reInvite(line, room, sequence + 1, { port: second.port });
          await second.hears(`sound after hold by ${JSON.stringify(hold)}`);
        }
        assert.equal((await room.hangUp()).status, 200);
        await second.hearsNothing('sound after the call');
      } finally {
        first.close();
        second.close();
      }
    },
  },
  {
    what: 'a refresh with the same description gets the same answer; one with another under the same version is heard',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const [first, second] = [await Ear.open(line.address), await Ear.open(line.address)];
      try {
        const answer = await room.call({ port: first.port });
        room.send('INVITE', { sequence: 2, body: room.offer({ port: first.port }) });
        const again = await line.final('INVITE', 2);
        room.send('ACK', { sequence: 2 });
        assert.equal(bodyOf(again), bodyOf(answer), 'with the same version of o=');
        await first.hears('sound after the refresh');
        room.send('INVITE', { sequence: 3, body: room.offer({ port: second.port }) });
        assert.equal((await line.final('INVITE', 3)).status, 200);
        room.send('ACK', { sequence: 3 });
        await second.hears('sound at the port of the second refresh');
        assert.equal((await room.hangUp()).status, 200);
      } finally {
        first.close();
        second.close();
      }
    },
  },
  {
    what: 'a room that sends from a port of its own is answered there, and followed when a re-INVITE moves it',
    protocol: 'udp',
    ended: ['remote-hangup'],
    play: async (_stage, line, room) => {
      const [named, real, moved] = [
        await Ear.open(line.address),
        await Ear.open(line.address),
        await Ear.open(line.address),
      ];
      try {
        const answer = await room.call({ port: named.port });
        await named.hears('sound at the port that was named');
        real.speak(answer, 20);
        await real.hears('sound at the port that the room sends from');
        await reInvite(line, room, 2, { port: moved.port });
        moved.speak(answer, 20);
        await moved.hears('sound at the new port');
        assert.equal((await room.hangUp()).status, 200);
      } finally {
        named.close();
        real.close();
        moved.close();
      }
    },
  },
];

function bodyOf({ text }: HeardMessage): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}
