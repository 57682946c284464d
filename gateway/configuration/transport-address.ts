import { isIP } from 'node:net';
import { z } from 'zod';
import type { TransportAddress } from '#codecs/media/description.ts';

const WITH_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/;

/** `192.0.2.1`, `192.0.2.1:1719`, `2001:db8::1`, `[2001:db8::1]:1719`. @param port the one where none is said */
export function transportAddressSchema(port: number): z.ZodType<TransportAddress, string> {
  return z.string().transform((text, context): TransportAddress => {
    const [, bracketed, plain, digits] = WITH_PORT.exec(text) ?? [];
    const found = { address: bracketed ?? plain ?? text, port: digits === undefined ? port : Number(digits) };
    if (isIP(found.address) === 0 || found.port < 1 || found.port > 65_535) {
      context.addIssue({ code: 'custom', message: 'must be an address such as 192.0.2.1 or 192.0.2.1:1719' });
      return z.NEVER;
    }
    return found;
  });
}
