/** A conference without a service, for tests. */
import { pino } from 'pino';
import { Conference, type ConferenceOptions } from './conference.ts';
import { CAPABILITIES } from './example-parties.ts';
import { FakeEngine } from './fake-engine.ts';

/** One of class 1001, Mathematics, unless told otherwise; with its engine and the reasons of calls that ended. */
export function exampleConference(options: Partial<ConferenceOptions> = {}) {
  const engine = new FakeEngine();
  const ended: string[] = [];
  const conference = new Conference({
    engine,
    sfu: () => undefined,
    classes: [{ code: '1001', title: 'Mathematics' }],
    maximumParties: 9,
    ports: { from: 20_000, to: 20_099 },
    capabilities: CAPABILITIES,
    limits: { maximumHeight: 720, maximumBitRate: 2_000_000 },
    log: pino({ level: 'silent' }),
    onEntered: () => undefined,
    onEnded: (_protocol, reason) => ended.push(reason),
    onDigit: () => undefined,
    ...options,
  });
  return { conference, engine, ended };
}
