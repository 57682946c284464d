import { z } from 'zod';

/** What the scan program is told to send. */
export const scanOrder = z.object({
  /** Of the random numbers. */
  seed: z.number(),
  /** Who scans, in turn; as one user where it is named, else as another one each time. */
  from: z.array(z.object({ address: z.string(), userAgent: z.string(), user: z.string().optional() })),
  to: z.object({ address: z.string(), port: z.number() }),
  /** Requests a second of all together, and for how many seconds. */
  rate: z.number(),
  seconds: z.number(),
});
/** One order to the scan program: `scanOrder` says what is in it. */
export type ScanOrder = z.infer<typeof scanOrder>;

/** What was sent. */
export const scanReport = z.object({
  sent: z.number(),
  /** Datagrams that came back, by the address that scanned. */
  answers: z.record(z.string(), z.number()),
  /** ms */
  elapsed: z.number(),
});
/** What the scan program answers when it is done: `scanReport`. */
export type ScanReport = z.infer<typeof scanReport>;
