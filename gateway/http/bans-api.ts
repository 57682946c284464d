import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BanLists } from '../registration/ban-lists.ts';

/**
 * Puts the ban list on the API: `GET /bans`, `DELETE /bans/SOURCE`, where SOURCE is an address, or a source as the list has
 * it (the slash of an IPv6 network as `%2F`).
 * @param lists undefined where nobody is ever banned
 */
export function registerBans(
  api: FastifyInstance,
  lists: Pick<BanLists, 'bans' | 'lift'> | undefined,
  unknown: (reply: FastifyReply) => Promise<FastifyReply>,
): void {
  const moment = (time: number) => new Date(time).toISOString();
  api.get('/bans', () => ({
    bans: (lists?.bans() ?? []).map(({ source, protocol, transports, since, until }) => ({
      source,
      protocol,
      transports,
      since: moment(since),
      until: moment(until),
    })),
  }));
  api.delete<{ Params: { source: string } }>('/bans/:source', async (request, reply) =>
    lists?.lift(request.params.source) === true ? await reply.code(204).send() : await unknown(reply),
  );
}
