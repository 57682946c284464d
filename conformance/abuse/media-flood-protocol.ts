import { z } from 'zod';

/** What the media flood program is told to send. */
export const mediaFloodOrder = z.object({
  /** Of the random numbers: the same one gives the same datagrams. */
  seed: z.number(),
  /** Addresses to send from, in turn. */
  from: z.array(z.string()).min(1),
  /** The service. */
  to: z.string(),
  /** RTP ports; RTCP is at the next one. */
  ports: z.array(z.number()).min(1),
  /** The port of the browsers' media. */
  webPort: z.number(),
  /** Sources to pretend to be. */
  sources: z.array(z.object({ ssrc: z.number(), payloadType: z.number() })),
  datagrams: z.number(),
  /** Datagrams a second. */
  rate: z.number(),
});
/** One order to the media flood program: `mediaFloodOrder` says what is in it. */
export type MediaFloodOrder = z.infer<typeof mediaFloodOrder>;

/** What was sent, and what came back. */
export const mediaFloodReport = z.object({
  /** To the rooms' ports, and to that of the browsers. */
  toRooms: z.number(),
  toWeb: z.number(),
  /** Datagrams that came back, by the port that they came from. */
  fromRooms: z.number(),
  fromWeb: z.number(),
  /** ms */
  elapsed: z.number(),
});
/** What the media flood program answers when it is done: `mediaFloodReport`. */
export type MediaFloodReport = z.infer<typeof mediaFloodReport>;
