import { once } from 'node:events';
import { request } from 'node:https';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { RunningService } from '../service/running-service.ts';

/** ms that a page waits for an answer. */
const PATIENCE = 10_000;

const answerSchema = z.object({ id: z.literal(1), ok: z.boolean() });

/**
 * Does what a page does first: loads the page of a class, opens its WebSocket and joins. Resolves to the ms until the answer
 * to the join, with which a browser would begin ICE; leaves then. Rejects where it is not let in.
 */
export async function joinAsPage(service: RunningService, code: string): Promise<number> {
  const begin = performance.now();
  const status = await load(service.pageUrl(code));
  if (status !== 200) {
    throw new Error(`the page was answered by ${status}`);
  }
  const url = `wss://${service.address}:${service.webPort}/signal`;
  const socket = new WebSocket(url, { rejectUnauthorized: false, handshakeTimeout: PATIENCE });
  try {
    await once(socket, 'open');
    const join = { type: 'join', version: 1, code, name: 'Pupil' };
    socket.send(JSON.stringify({ id: 1, request: join }));
    for (;;) {
      const [data]: unknown[] = await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE) });
      const answer = answerSchema.safeParse(JSON.parse(String(data)));
      if (answer.success && answer.data.ok) {
        return performance.now() - begin;
      }
      if (answer.success) {
        throw new Error(`the join was refused: ${data}`);
      }
    }
  } finally {
    socket.close();
  }
}

function load(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, agent: false, timeout: PATIENCE };
    request(url, options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}
