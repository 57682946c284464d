import type { Server, Socket } from 'node:net';
import { ConnectionCount } from '#signaling/webrtc/connection-count.ts';

/** How many connections are taken. */
export interface ConnectionLimits {
  /** Connections at once in all. */
  readonly total: number;
  /** From one address (one IPv6 /64). */
  readonly perAddress: number;
}

/**
 * Bounds the TCP connections of a server, in all and for each address; what is too much is closed before a byte of it is read. So it
 * holds for a TLS server before any handshake.
 */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const count = new ConnectionCount(limits.total, limits.perAddress);
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || count.enter(remoteAddress) !== 'entered') {
      socket.destroy();
      return;
    }
    socket.once('close', () => count.leave(remoteAddress));
  });
}
