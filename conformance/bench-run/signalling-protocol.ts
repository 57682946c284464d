import { z } from 'zod';

/** What the signalling server is started with. */
export const signallingServerOptions = z.object({
  /** Where SIP is listened for, UDP and TCP. */
  address: z.string(),
  port: z.number(),
  /** Who may call and register. */
  users: z.array(z.object({ name: z.string(), password: z.string() })),
});
/** The first message to the signalling server's process: `signallingServerOptions`. */
export type SignallingServerOptions = z.infer<typeof signallingServerOptions>;

/** What stands in a signalling server after its garbage was collected. */
export const signallingState = z.object({
  /** Bytes of the process in memory, and of JavaScript's heap. */
  rss: z.number(),
  heapUsed: z.number(),
  calls: z.number(),
  /** Registered rooms. */
  rooms: z.number(),
  dialogs: z.number(),
  serverTransactions: z.number(),
  /** Messages that the edge threw away, by reason. */
  dropped: z.record(z.string(), z.number()),
});
/** What the server answers when it is asked what stands in it: `signallingState`. */
export type SignallingState = z.infer<typeof signallingState>;
