import { BlockList, isIPv6 } from 'node:net';
import { isAddress, sameHost } from '../message/host.ts';
import { splitList } from '../message/list.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { fieldValues } from '../message/message.ts';
import { readSipUri } from '../message/uri.ts';
import { readVia } from '../message/via.ts';
import { contactUri, recordRoutes } from './routing.ts';

const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);
PRIVATE.addSubnet('169.254.0.0', 16);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Whether an IP address is one of private networks, shared ones of carriers, or of the link. */
export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Whether the sender of a request stands behind a NAT, with no proxy that put itself on the way: its only Via names
 * another address than the packet came from. Its Contact then leads nowhere; only the flow of the request leads back.
 */
export function senderBehindNat(request: SipRequest, sourceAddress: string): boolean {
  const vias = fieldValues(request, 'Via').flatMap(splitList);
  if (vias.length !== 1 || recordRoutes(request).length > 0) return false;
  const host = readVia(vias[0] ?? '')?.host;
  const contact = readSipUri(contactUri(request) ?? '')?.host;
  return differs(host, sourceAddress) && differs(contact, sourceAddress);
}

/** The same for the answerer of our request: its Contact is a private address although we reached it by a public one. */
export function answererBehindNat(response: SipResponse, sourceAddress: string): boolean {
  if (recordRoutes(response).length > 0) return false;
  const contact = readSipUri(contactUri(response) ?? '')?.host;
  return (
    contact !== undefined &&
    isAddress(contact) &&
    isPrivate(contact) &&
    !isPrivate(sourceAddress) &&
    differs(contact, sourceAddress) &&
    !isLoopback(sourceAddress)
  );
}

function differs(host: string | undefined, address: string): boolean {
  return host !== undefined && isAddress(host) && !sameHost(host, address);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
