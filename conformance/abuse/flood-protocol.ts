import { z } from 'zod';

/** What the flood program is told to send. */
export const floodOrder = z.object({
  /** Of the random numbers: the same one gives the same messages. */
  seed: z.number(),
  from: z.object({ address: z.string(), port: z.number() }),
  to: z.object({ address: z.string(), port: z.number() }),
  /** Broken messages over UDP, and how many a second at the most: fewer where the service does not read as fast. */
  datagrams: z.number(),
  rate: z.number(),
  /** TCP connections, over the same time. */
  connections: z.number(),
  /** Whether some are INVITEs to a class that is there. */
  enters: z.boolean(),
});
/** One order to the flood program: `floodOrder` says what is in it. */
export type FloodOrder = z.infer<typeof floodOrder>;

/** What was sent. */
export const floodReport = z.object({
  datagrams: z.number(),
  /** Messages over TCP, whole or in part. */
  streamed: z.number(),
  /** Datagrams that came back since the program began. */
  answers: z.number(),
  /** ms */
  elapsed: z.number(),
});
/** What the flood program answers when it is done: `floodReport`. */
export type FloodReport = z.infer<typeof floodReport>;
