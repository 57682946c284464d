import Fastify, { type FastifyInstance } from 'fastify';
import type { RasEndpointState } from '#signaling/h323/ras/endpoint/options.ts';
import type { UpstreamState } from '#signaling/sip/upstream/upstreams.ts';
import type { Lesson } from '../conference/lesson.ts';
import type { Metrics } from './metrics.ts';

/** What `/health` tells. */
export interface Health {
  readonly healthy: boolean;
  /** Whether the service stops and lets nobody in any more. */
  readonly draining: boolean;
  /** Part by part: whether it works. */
  readonly parts: Readonly<Record<string, boolean>>;
  /** Our registrations at registrars above us; one that fails does not make the service unhealthy. */
  readonly upstream: readonly UpstreamState[];
  /** The same at a gatekeeper above us; undefined where none is wanted. */
  readonly gatekeeper?: RasEndpointState | undefined;
}

/** What `/health`, `/metrics` and the list of lessons are made of, asked for at each request. */
export interface OperatorServerOptions {
  readonly health: () => Health;
  readonly metrics: Metrics;
  readonly lessons: () => readonly Lesson[];
}

/** `/health` (200 or 503) and `/metrics`, for operators and their machines. */
export function operatorServer(options: OperatorServerOptions): FastifyInstance {
  const server = Fastify({ logger: false });
  server.get('/health', async (_request, reply) => {
    const health = options.health();
    return await reply.code(health.healthy ? 200 : 503).send(health);
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.text(options.lessons())),
  );
  return server;
}
