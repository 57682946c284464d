import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { EndReason } from '#signaling/call/call.ts';
import { classCodeSchema } from '#signaling/webrtc/protocol.ts';
import type { Lesson } from '../conference/lesson.ts';
import type { BanLists } from '../registration/ban-lists.ts';
import { bearsToken } from './api-token.ts';
import { registerBans } from './bans-api.ts';
import { type DiagnosisActions, keptCalls, registerDiagnosis } from './diagnosis-api.ts';

/** Every error of the API: code, HTTP status and text. */
const API_FAULTS = {
  unauthorized: { status: 401, text: 'an Authorization header with the bearer token of this service is needed' },
  'bad-request': { status: 400, text: 'the request cannot be read' },
  'unknown-class': { status: 404, text: 'no class has this code' },
  'unknown-call': { status: 404, text: 'no call has this id' },
  'unknown-ban': { status: 404, text: 'nobody is banned under this address' },
  'unknown-room': { status: 404, text: 'no room is registered under this alias' },
  capacity: { status: 503, text: 'the lesson is full, or the machine carries no more' },
  shutdown: { status: 503, text: 'the service stops' },
  unreachable: { status: 502, text: 'no way leads to this address' },
} as const;
type ApiFault = keyof typeof API_FAULTS;

/** What the API does in the service. */
export interface ApiActions {
  readonly lessons: () => readonly Lesson[];
  /** Calls a room into a class. Resolves to the call's id, or why it is not made. */
  readonly dial: (call: DialRequest) => Promise<{ readonly id: string } | EndReason | 'unknown-room'>;
  /** Hangs up; false where nobody has this id. */
  readonly hangUp: (id: string) => boolean;
  /** Who is banned; undefined where nobody ever is. */
  readonly bans?: BanLists | undefined;
  /** What is kept of calls; undefined where nothing is. */
  readonly diagnosis?: DiagnosisActions;
}

const dialSchema = z.strictObject({
  /** Class code. */
  class: classCodeSchema,
  /** `sip:user@host`, `h323:alias@host`, or the alias of a registered room. */
  to: z.string().min(1).max(256),
  /** Where the far side asks for a password. */
  username: z.string().min(1).max(128).optional(),
  password: z.string().max(256).optional(),
  /** Lets the room make the offer: INVITE without SDP. */
  lateOffer: z.boolean().optional(),
});
/** Body of the request that calls a room into a class. */
export type DialRequest = z.infer<typeof dialSchema>;

/** Puts `/api/v1` on a server: JSON in, JSON out, a bearer token on every request. */
export function registerApi(server: FastifyInstance, token: string, actions: ApiActions): void {
  server.register(
    async (api) => {
      api.addHook('onRequest', async (request, reply) => {
        if (!bearsToken(request.headers.authorization, token)) {
          await fail(reply.header('WWW-Authenticate', 'Bearer'), 'unauthorized');
        }
      });
      takeEmptyJson(api);
      api.setErrorHandler(async (_error, _request, reply) => await fail(reply, 'bad-request'));
      api.get('/calls', () => ({
        calls: actions.lessons().flatMap(describe),
        ...(actions.diagnosis === undefined ? {} : { kept: keptCalls(actions.diagnosis) }),
      }));
      if (actions.diagnosis !== undefined) {
        registerDiagnosis(api, actions.diagnosis, fail);
      }
      api.post('/calls', async (request, reply) => {
        const body = dialSchema.safeParse(request.body);
        if (!body.success) {
          return await fail(
            reply,
            'bad-request',
            body.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
          );
        }
        const answer = await dial(actions, body.data);
        if (typeof answer === 'string') {
          return await fail(reply, answer);
        }
        return await reply.code(201).header('Location', `/api/v1/calls/${answer.id}`).send(answer);
      });
      api.delete<{ Params: { id: string } }>('/calls/:id', async (request, reply) =>
        actions.hangUp(request.params.id) ? await reply.code(204).send() : await fail(reply, 'unknown-call'),
      );
      registerBans(api, actions.bans, (reply) => fail(reply, 'unknown-ban'));
    },
    { prefix: '/api/v1' },
  );
}

/** Clients name JSON as the type of what they do not send, as with DELETE: that is no body, not a broken one. */
function takeEmptyJson(api: FastifyInstance): void {
  const parse = api.getDefaultJsonParser('error', 'error');
  api.removeContentTypeParser('application/json');
  api.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') {
      done(null, undefined);
    } else {
      void parse(request, text, done);
    }
  });
}

async function dial(actions: ApiActions, request: DialRequest): Promise<{ id: string } | ApiFault> {
  try {
    const answer = await actions.dial(request);
    return typeof answer === 'string' ? (isFault(answer) ? answer : 'unreachable') : answer;
  } catch {
    // No route, or no such host.
    return 'unreachable';
  }
}

function isFault(reason: string): reason is ApiFault {
  return Object.hasOwn(API_FAULTS, reason);
}

function describe(lesson: Lesson): object[] {
  return lesson.parties.map(({ id, name, protocol, sends }) => ({ id, class: lesson.id, name, protocol, ...sends }));
}

async function fail(reply: FastifyReply, code: ApiFault, details?: readonly string[]): Promise<FastifyReply> {
  const { status, text } = API_FAULTS[code];
  if (code === 'shutdown') {
    reply.header('Retry-After', '10');
  }
  return await reply.code(status).send({ error: { code, text, ...(details === undefined ? {} : { details }) } });
}
