import { z } from 'zod';
import { readNetwork } from '#signaling/network/networks.ts';
import { key } from './key.ts';

const truth = z.union([z.boolean(), z.stringbool()]);
const burst = z.coerce.number().int().min(1).max(100_000).default(60);
const rate = z.coerce.number().min(0.01).max(1000).default(1);
const banTime = z.coerce.number().int().min(1).max(604_800).default(600);
const network = z.string().refine((text) => readNetwork(text) !== undefined, 'must be an address or a network');
const networks = z.array(network).max(1000).default([]);

/** `sip.guard`: what keeps SIP scanners off the embedded edge. */
export const guardSchema = z.strictObject({
  enabled: key(
    truth.default(true),
    'CLASSBRIDGE_SIP_GUARD_ENABLED',
    'Whether sources of requests that come to nothing are banned; the embedded SIP edge only.',
  ),
  burst: key(
    burst,
    'CLASSBRIDGE_SIP_GUARD_BURST',
    'Requests of one source (an IPv4 address, an IPv6 /64) that may come to nothing at once, by UDP and by TCP apart; ten times as many where a call or registration came from it in the last hour.',
  ),
  rate: key(rate, 'CLASSBRIDGE_SIP_GUARD_RATE', 'Such requests in the long run; ten times as many likewise.', '1/s'),
  banTime: key(
    banTime,
    'CLASSBRIDGE_SIP_GUARD_BAN_TIME',
    'How long nothing is taken from a source that sends more: by UDP alone where that came by UDP; one with a call or a registration is not banned.',
    's',
  ),
  never: key(
    networks,
    'CLASSBRIDGE_SIP_GUARD_NEVER',
    'Addresses and networks that are never banned, such as ["192.0.2.0/24"].',
  ),
  dropScanners: key(
    truth.default(true),
    'CLASSBRIDGE_SIP_GUARD_DROP_SCANNERS',
    'Whether programs that call themselves scanners (friendly-scanner, sipcli and the like) get no answer from the first request on.',
  ),
});

/** `h323.guard`: what keeps off who tries codes and passwords by H.323, or sends what is none. */
export const h323GuardSchema = z.strictObject({
  enabled: key(
    truth.default(true),
    'CLASSBRIDGE_H323_GUARD_ENABLED',
    'Whether sources of H.323 calls and RAS requests that come to nothing are banned.',
  ),
  burst: key(
    burst,
    'CLASSBRIDGE_H323_GUARD_BURST',
    'Connections, calls and RAS requests of one source (an IPv4 address, an IPv6 /64) that may come to nothing at once; ten times as many where a call, or a registration with a password, came from it in the last hour.',
  ),
  rate: key(
    rate,
    'CLASSBRIDGE_H323_GUARD_RATE',
    'How many of them in the long run; ten times as many likewise.',
    '1/s',
  ),
  banTime: key(
    banTime,
    'CLASSBRIDGE_H323_GUARD_BAN_TIME',
    'How long nothing is taken by H.323 from a source of more; one with a call or a registration is not banned.',
    's',
  ),
  never: key(
    networks,
    'CLASSBRIDGE_H323_GUARD_NEVER',
    'Addresses and networks that are never banned, such as ["192.0.2.0/24"]; neighbours and the gatekeeper above never are.',
  ),
});
