import { z } from 'zod';
import type { RunningService } from './running-service.ts';

const callsSchema = z.object({ calls: z.array(z.object({ id: z.string(), class: z.string() })) });

/** A call that the service is asked to make. */
export interface DialledCall {
  readonly class: string;
  readonly to: string;
  readonly username?: string;
  readonly password?: string;
}

/** Ids of the calls in a class. */
export async function callsIn(service: RunningService, code: string): Promise<string[]> {
  const { body } = await service.api('GET', '/calls');
  const { calls } = callsSchema.parse(JSON.parse(body));
  return calls.filter((call) => call.class === code).map(({ id }) => id);
}

/** Calls a room into a class; resolves to the call's id. Rejects with the answer where it is no 201. */
export async function dial(service: RunningService, call: DialledCall): Promise<string> {
  const { status, body } = await service.api('POST', '/calls', call);
  if (status !== 201) {
    throw new Error(`the call was not made: ${status} ${body}`);
  }
  return z.object({ id: z.string() }).parse(JSON.parse(body)).id;
}

/** Hangs up. Rejects where nobody has this id. */
export async function hangUp(service: RunningService, id: string): Promise<void> {
  const { status, body } = await service.api('DELETE', `/calls/${id}`);
  if (status !== 204) {
    throw new Error(`not hung up: ${status} ${body}`);
  }
}
