import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);

const legEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rtcp'),
    at: z.number(),
    /** Seen from us. */
    direction: z.enum(['in', 'out']),
    media: z.enum(['audio', 'video']),
    /** The port of ours: that of RTP where both share one. */
    localPort: port,
    remote: z.object({ address: z.string().max(64), port }),
    /** The datagram as it was on the line. */
    bytes: z.instanceof(Uint8Array),
  }),
  z.object({
    kind: z.literal('key-frame'),
    at: z.number(),
    /** `asked`: we asked for theirs; `came`: it is here; `wanted`: they asked for ours; `given`: it was sent. */
    step: z.enum(['asked', 'came', 'wanted', 'given']),
    /** How it was asked for. */
    way: z.enum(['pli', 'fir', 'signalling']).optional(),
    /** ms from the need to what came of it. */
    waited: z.number().optional(),
  }),
]);
/** What is told of a leg for diagnosis, beside its figures. `at` is Unix time in ms, on the clock of sender reports. */
export type LegEvent = z.infer<typeof legEventSchema>;

/** The events of one leg since the last report. */
export const legEventsSchema = z.object({
  leg: z.string().min(1).max(128),
  events: z.array(legEventSchema).max(64),
  /** How many were not told: more than are told in a second, or the engine was busy. */
  leftOut: z.number().int().nonnegative(),
});
/** What one leg has to tell: `legEventsSchema`. */
export type LegEvents = z.infer<typeof legEventsSchema>;
