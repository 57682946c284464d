import type { ShownField, ShownPacket } from './pdml.ts';

/** A message as tshark shows it: every component in the order of the text. */
export interface ShownMessage {
  readonly frameNumber: number;
  readonly protocol: string;
  readonly fields: readonly ShownField[];
}

const ASN1 = /^h(?:225|235|245)\./;
/** A logical channel, shown in place of the octet string that carries it. */
const FAST_START = 'h245.OpenLogicalChannel_element';
/** Beside the components: what tshark looks up for people, its notes on which datagram answers which, and the octets of a fastStart. */
const LOOKED_UP = /^h2(?:25|45)\.(?:Manufacturer|FastStart_item|ras\..*)$/;

/** The messages of H.225.0, RAS and H.245 in a packet; one that carries others stands before them. */
export function shownMessages({ frameNumber, protocols }: ShownPacket): ShownMessage[] {
  const messages: ShownMessage[] = [];
  const walk = (fields: readonly ShownField[], into: ShownField[] | undefined) => {
    for (const field of fields) {
      if (field.isProtocol) {
        const isOurs = field.name === 'h225' || field.name === 'h245';
        const components: ShownField[] = [];
        if (isOurs) messages.push({ frameNumber, protocol: field.name, fields: components });
        walk(field.inner, isOurs ? components : undefined);
        continue;
      }
      if (field.isHidden || LOOKED_UP.test(field.name)) continue;
      if (field.name === FAST_START) {
        const channel = [field];
        messages.push({ frameNumber, protocol: 'fastStart', fields: channel });
        walk(field.inner, channel);
      } else {
        const isComponent = ASN1.test(field.name);
        if (isComponent) into?.push(field);
        // What tshark reads in octets that an annex gives a meaning has names of that annex: it is not of this message.
        walk(field.inner, isComponent || field.name === '' ? into : undefined);
      }
    }
  };
  walk(protocols, undefined);
  return messages;
}
