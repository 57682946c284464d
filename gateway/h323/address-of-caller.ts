import type { TransportAddress } from '#codecs/media/description.ts';
import type { InboundH323Call } from '#signaling/h323/call/inbound-h323-call.ts';
import { writeDialledAddress } from './dialled-address.ts';

/** What of a call tells where its room can be called. */
export type Caller = Pick<InboundH323Call, 'remoteUri' | 'remoteAddress' | 'sourceAddress'>;

/**
 * How a room that called is called: where it says that it takes calls, if that is where its call came from, so that nobody has us
 * call others; else where it is registered. Undefined where neither is known.
 */
export function addressOfCaller(
  { remoteUri, remoteAddress, sourceAddress }: Caller,
  registered: (alias: string) => TransportAddress | undefined,
): string | undefined {
  const told = sourceAddress?.address === remoteAddress && sourceAddress.port > 0 ? sourceAddress : undefined;
  const address = told ?? registered(remoteUri);
  if (address === undefined) {
    return undefined;
  }
  // A room without an alias is known by its address.
  const alias = remoteUri === remoteAddress ? undefined : remoteUri;
  return writeDialledAddress({ alias, host: address.address, port: address.port });
}
