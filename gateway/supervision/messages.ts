import { z } from 'zod';

/** What the gateway tells its supervisor over the child process channel. */
export const gatewayMessageSchema = z.strictObject({
  type: z.enum([
    /** The event loop turns; every `BEAT_INTERVAL` ms. */
    'beat',
    /** The service takes calls. */
    'ready',
    /** Calls are being ended: what waited for lessons has waited long enough. */
    'ending',
  ]),
});
/** One message of the gateway: `gatewayMessageSchema`. */
export type GatewayMessage = z.infer<typeof gatewayMessageSchema>;

/** What the supervisor tells the gateway. */
export const supervisorMessageSchema = z.strictObject({
  type: z.enum([
    /** Stop as `service.drain` says. */
    'stop',
    /** End the calls now and exit. */
    'end',
  ]),
});
/** One message of the supervisor: `supervisorMessageSchema`. */
export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;

/** ms between two beats of the gateway. */
export const BEAT_INTERVAL = 250;
