import { z } from 'zod';
import { transportAddressSchema } from './transport-address.ts';

const truth = z.union([z.boolean(), z.stringbool()]);

/** `h323.upstream`: the gatekeeper above us at which we register. */
export const h323UpstreamSchema = z.strictObject({
  /** In the order in which they are tried. */
  gatekeepers: z.array(transportAddressSchema(1719)).min(1).max(8),
  /** Whether it is asked (GatekeeperRequest) before we register. */
  discovery: truth.default(true),
  /** Its name, where only that one will do. */
  identifier: z.string().min(1).max(128).optional(),
  /** Class codes and names to be called by. */
  aliases: z.array(z.string().min(1).max(128)).min(1).max(100),
  /** First digits of numbers that all come to us. */
  prefixes: z
    .array(z.string().regex(/^[0-9*#]{1,32}$/, 'must be digits'))
    .max(20)
    .default([]),
  /** s */
  registrationTime: z.coerce.number().int().min(20).max(86_400).default(300),
  user: z.string().min(1).max(128).optional(),
  password: z.string().min(1).max(128).optional(),
  /** What becomes of calls while we are registered nowhere. */
  unregisteredCalls: z.enum(['admitted', 'refused']).default('admitted'),
});
