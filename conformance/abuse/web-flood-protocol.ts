import { z } from 'zod';

/** What the program that floods the web doors is told to send. */
export const webFloodOrder = z.object({
  /** Of the random numbers: the same one gives the same messages. */
  seed: z.number(),
  address: z.string(),
  /** HTTPS and WSS, and plain HTTP. */
  webPort: z.number(),
  operatorPort: z.number(),
  /** Broken messages, and how many a second at the most. */
  messages: z.number(),
  rate: z.number(),
});
/** One order to the program that floods the web doors: `webFloodOrder` says what is in it. */
export type WebFloodOrder = z.infer<typeof webFloodOrder>;

/** What was sent. */
export const webFloodReport = z.object({
  messages: z.number(),
  connections: z.number(),
  /** Connections on which something came back. */
  answered: z.number(),
  /** Answers that hold what only a file of the machine holds. */
  leaks: z.number(),
  /** ms */
  elapsed: z.number(),
});
/** What that program answers when it is done: `webFloodReport`. */
export type WebFloodReport = z.infer<typeof webFloodReport>;
