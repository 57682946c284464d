import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Certificate } from './certificate.ts';
import { type ConnectionLimits, limitConnections } from './connection-limit.ts';

/** The built pages. */
const PAGES = fileURLToPath(new URL('../pages/dist', import.meta.url));

/** A school sits behind one address: each of its pages has a WebSocket and, while it loads, a few connections beside it. */
const CONNECTIONS: ConnectionLimits = { total: 4000, perAddress: 1024 };

/** ms that a client has for the TLS handshake, for the header of a request, for all of it, and idle between two. */
const TIMES = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2000,
} as const;

/** Nothing foreign runs in the pages, and nobody puts them into a frame. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; connect-src 'self' wss:; img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self)',
} as const;

/** Serves the pages of a folder over HTTPS: `/` and `/c/CODE`. Throws when they were not built. */
export async function pageServer(certificate: Certificate, folder = PAGES): Promise<FastifyInstance> {
  if (!existsSync(folder)) {
    throw new Error('the pages were not built: run `node deploy/setup.mjs start`');
  }
  const { requestTimeout, keepAliveTimeout } = TIMES;
  const server = Fastify({ logger: false, https: { ...certificate, ...TIMES }, requestTimeout, keepAliveTimeout });
  limitConnections(server.server, CONNECTIONS);
  server.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  await server.register(fastifyStatic, { root: folder, index: ['index.html'] });
  server.get('/c/:code', (_request, reply) => reply.sendFile('index.html'));
  return server;
}
