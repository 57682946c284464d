import { z } from 'zod';

const transportAddress = z.object({ address: z.string(), port: z.number() });

/** What the caller is started with. */
export const h323CallerOptions = z.object({
  /** Its own address, with a port that it tells for its media. */
  from: transportAddress,
  to: transportAddress,
  /** Whom it calls. */
  number: z.string(),
});
export type H323CallerOptions = z.infer<typeof h323CallerOptions>;

/** Calls for so long (ms), so many at once. */
export const h323CallerOrder = z.object({ duration: z.number(), atOnce: z.number() });
export type H323CallerOrder = z.infer<typeof h323CallerOrder>;

/** What came of it. */
export const h323CallerReport = z.object({
  successful: z.number(),
  failed: z.number(),
  /** ms until the last call was over. */
  elapsed: z.number(),
  firstError: z.string().optional(),
});
export type H323CallerReport = z.infer<typeof h323CallerReport>;
