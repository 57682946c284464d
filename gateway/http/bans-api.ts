import type { FastifyInstance, FastifyReply } from 'fastify';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import type { SipGuard } from '#signaling/sip/edge/guard/sip-guard.ts';

/** The part of the guard that the API shows. */
export type BannedSources = Pick<SipGuard, 'bans' | 'lift'>;

/**
 * Puts the ban list on the API: `GET /bans`, `DELETE /bans/SOURCE`, where SOURCE is an address, or a source as the list has
 * it (the slash of an IPv6 network as `%2F`).
 * @param guard undefined where nobody is ever banned
 */
export function registerBans(
  api: FastifyInstance,
  guard: BannedSources | undefined,
  unknown: (reply: FastifyReply) => Promise<FastifyReply>,
): void {
  const moment = (time: number) => new Date(time).toISOString();
  api.get('/bans', () => ({
    bans: (guard?.bans(systemClock.now()) ?? []).map(({ source, since, until }) => ({
      source,
      since: moment(since),
      until: moment(until),
    })),
  }));
  api.delete<{ Params: { source: string } }>('/bans/:source', async (request, reply) =>
    guard?.lift(request.params.source, systemClock.now()) === true
      ? await reply.code(204).send()
      : await unknown(reply),
  );
}
