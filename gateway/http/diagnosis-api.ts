import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { classCodeSchema } from '#signaling/webrtc/protocol.ts';
import type { CallTrace } from '../diagnosis/call-trace.ts';
import { ladder } from '../diagnosis/ladder.ts';
import { pcapOf } from '../diagnosis/pcap.ts';
import { describeTrace, traceJson } from '../diagnosis/trace-json.ts';

/** What is asked of diagnosis in the API. */
export interface DiagnosisActions {
  readonly traces: () => readonly CallTrace[];
  readonly find: (id: string) => CallTrace | undefined;
  /** All that is kept of the calls of a class, as .tar.gz; undefined where no class has this code. */
  readonly bundle: (code: string) => Promise<Buffer> | undefined;
}

type Fail = (reply: FastifyReply, code: 'bad-request' | 'unknown-call' | 'unknown-class') => Promise<FastifyReply>;

const FORMATS = {
  json: 'application/json',
  ladder: 'text/plain',
  pcap: 'application/vnd.tcpdump.pcap',
} as const;
type Format = keyof typeof FORMATS;

const querySchema = z.object({ format: z.enum(['json', 'ladder', 'pcap']).optional() });

/** Puts the questions about calls, live and past, on the API. */
export function registerDiagnosis(api: FastifyInstance, actions: DiagnosisActions, fail: Fail): void {
  api.get<{ Params: { id: string } }>('/calls/:id', async (request, reply) => {
    const trace = actions.find(request.params.id);
    return trace === undefined ? await fail(reply, 'unknown-call') : await reply.send(describeTrace(trace));
  });
  api.get<{ Params: { id: string } }>('/calls/:id/trace', async (request, reply) => {
    const format = formatOf(request);
    const trace = actions.find(request.params.id);
    if (format === undefined || trace === undefined) {
      return await fail(reply, format === undefined ? 'bad-request' : 'unknown-call');
    }
    return await sendAs(format, trace, reply);
  });
  api.get<{ Params: { code: string } }>('/lessons/:code/bundle', async (request, reply) => {
    const code = classCodeSchema.safeParse(request.params.code);
    const bundle = code.success ? await actions.bundle(code.data) : undefined;
    if (bundle === undefined) {
      return await fail(reply, 'unknown-class');
    }
    return await reply
      .type('application/gzip')
      .header('Content-Disposition', `attachment; filename="lesson-${request.params.code}.tar.gz"`)
      .send(bundle);
  });
}

/** What is said of calls that are over, and of invitations that never became calls. */
export function keptCalls(actions: DiagnosisActions): object[] {
  return actions
    .traces()
    .filter(({ endedAt, facts }) => endedAt !== undefined || facts === undefined)
    .map(describeTrace);
}

async function sendAs(format: Format, trace: CallTrace, reply: FastifyReply): Promise<FastifyReply> {
  switch (format) {
    case 'json':
      return await reply.send(traceJson(trace));
    case 'ladder':
      return await reply.type(`${FORMATS.ladder}; charset=utf-8`).send(ladder(trace));
    case 'pcap':
      return await reply
        .type(FORMATS.pcap)
        .header('Content-Disposition', `attachment; filename="${trace.id}.pcap"`)
        .send(pcapOf(trace));
  }
}

/** By `?format=`, else by the type that Accept names; JSON where it names none of ours. Undefined for an unknown format. */
function formatOf(request: FastifyRequest): Format | undefined {
  const query = querySchema.safeParse(request.query);
  if (!query.success) {
    return undefined;
  }
  const { accept = '' } = request.headers;
  const accepted = (['ladder', 'pcap'] as const).find((format) => accept.includes(FORMATS[format]));
  return query.data.format ?? accepted ?? 'json';
}
