import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { until } from '../../media/until.ts';
import type { RoomLine } from '../room-line.ts';
import type { OfferParts, ScriptedRoom } from '../scripted-room.ts';
import { type HandFlow, pause } from './hand-flow.ts';

/** Where RTP arrives. */
class Ear {
  readonly #socket: Socket;
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

  close(): void {
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
];
