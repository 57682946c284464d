import type { RtpCapabilities, RtpParameters, TransportOptions } from 'mediasoup-client/types';
import { z } from 'zod';
import { joinedSchema, type TransportParameters } from '#signaling/webrtc/protocol.ts';

/**
 * The structures that the protocol passes through unread, checked for what mediasoup-client relies on; it checks the
 * inner ones of RTP by itself.
 */
const transport = z.object({
  id: z.string(),
  iceParameters: z.object({ usernameFragment: z.string(), password: z.string(), iceLite: z.boolean().optional() }),
  iceCandidates: z.array(
    z.looseObject({
      foundation: z.string(),
      priority: z.number(),
      address: z.string(),
      ip: z.string(),
      protocol: z.enum(['udp', 'tcp']),
      port: z.number(),
      type: z.enum(['host', 'srflx', 'prflx', 'relay']),
      tcpType: z.enum(['active', 'passive', 'so']).optional(),
    }),
  ),
  dtlsParameters: z.object({
    role: z.enum(['auto', 'client', 'server']).optional(),
    fingerprints: z.array(
      z.object({ algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']), value: z.string() }),
    ),
  }),
});

const transportOptions = z.custom<TransportOptions>((value) => transport.safeParse(value).success);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const rtpCapabilities = z.custom<RtpCapabilities>((value) => isObject(value) && 'codecs' in value);
const rtpParameters = z.custom<RtpParameters>((value) => isObject(value) && 'codecs' in value && 'encodings' in value);

/** What a `Joined` or a `restart` notice gives to make PeerConnections from. */
export interface LinkParameters {
  readonly routerRtpCapabilities: Record<string, unknown>;
  readonly send: TransportParameters;
  readonly receive: TransportParameters;
}

/** @throws ZodError */
export const readJoined = (data: unknown) => joinedSchema.parse(data);

/** @throws ZodError */
export const readTransport = (parameters: TransportParameters): TransportOptions => transportOptions.parse(parameters);

/** @throws ZodError */
export const readRtpCapabilities = (value: unknown): RtpCapabilities => rtpCapabilities.parse(value);

/** @throws ZodError */
export const readRtpParameters = (value: unknown): RtpParameters => rtpParameters.parse(value);
