import { z } from 'zod';

const transportAddress = z.object({ address: z.string(), port: z.number() });

/** What the caller is started with. */
export const h323CallerOptions = z.object({
  /** Its own address, with a port that it tells for its media. */
  from: transportAddress,
  /** Addresses that connections come from in turn: those of one address are limited. */
  localAddresses: z.array(z.string()).min(1),
  to: transportAddress,
  /** Whom it calls. */
  number: z.string(),
});
/** The first message to the caller's process: `h323CallerOptions` says what is in it. */
export type H323CallerOptions = z.infer<typeof h323CallerOptions>;

/** Begins calls for so long (ms), so many a second, each when it is due: one that takes long keeps no other waiting. */
export const h323CallerOrder = z.object({ duration: z.number(), rate: z.number() });
/** One load of calls: `h323CallerOrder`. */
export type H323CallerOrder = z.infer<typeof h323CallerOrder>;

/** What came of it. */
export const h323CallerReport = z.object({
  /** ms from the beginning of each that succeeded to its end. */
  times: z.array(z.number()),
  failed: z.number(),
  /** ms until the last call was begun. */
  begun: z.number(),
  firstError: z.string().optional(),
});
/** The caller's answer to one order: `h323CallerReport`. */
export type H323CallerReport = z.infer<typeof h323CallerReport>;
