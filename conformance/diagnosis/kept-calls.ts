import assert from 'node:assert/strict';
import { z } from 'zod';
import type { RunningService } from '../service/running-service.ts';

const keptSchema = z.object({
  kept: z.array(
    z.object({
      id: z.string(),
      class: z.string().optional(),
      protocol: z.string().optional(),
      state: z.string(),
      direction: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
});

/** A call of which the service keeps a trace. */
export type KeptCall = z.infer<typeof keptSchema>['kept'][number];

/** The calls that a service keeps traces of, by its API. */
export class KeptCalls {
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  async all(): Promise<KeptCall[]> {
    return keptSchema.parse(JSON.parse((await this.#service.api('GET', '/calls')).body)).kept;
  }

  /** The id of the first call of a protocol; throws where none is kept. */
  async by(protocol: string): Promise<string> {
    const found = (await this.all()).find((call) => call.protocol === protocol);
    assert.ok(found !== undefined, `a ${protocol} call is kept`);
    return found.id;
  }

  /** The trace of a call as a text for people. */
  async ladder(id: string): Promise<string> {
    const { status, type, body } = await this.#service.download(`/calls/${id}/trace?format=ladder`);
    assert.equal(status, 200);
    assert.match(type, /^text\/plain/);
    return body.toString();
  }
}

/** Throws unless each of these patterns is in a text, behind the one before it. */
export function inOrder(text: string, patterns: readonly RegExp[]): void {
  let from = 0;
  for (const pattern of patterns) {
    const found = pattern.exec(text.slice(from));
    assert.ok(found !== null, `${pattern} comes after what is before it in:\n${text}`);
    from += found.index + found[0].length;
  }
}
