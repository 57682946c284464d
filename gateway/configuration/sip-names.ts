import { z } from 'zod';

/**
 * Name of a user of the registrar, and of ours at another. It stands in SIP URIs, in quotes and before a colon, so it holds
 * neither blanks nor any of : @ " \ < > ; ? , and is at most 64 characters long.
 */
export const userNameSchema = z
  .string()
  .regex(/^[^\s:@"\\<>;?,%\p{C}]{1,64}$/u, 'must be 1 to 64 characters without blanks and : @ " \\ < > ; ? , %');

/** SIP URI of a registrar: host, port and transport, without user. */
export const registrarUriSchema = z
  .string()
  .max(256)
  .regex(
    /^sip:(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?(?:;transport=(?:udp|tcp))?$/,
    'must be like sip:host:port or sip:host:port;transport=tcp',
  );
