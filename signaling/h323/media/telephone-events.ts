import type { MediaDescription, TelephoneEventCodec } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { H245 } from '../h245/types.ts';

type Capability = NonNullable<NonNullable<H245<'TerminalCapabilitySet'>['capabilityTable']>[number]['capability']>;

/** Events that every room has: 0 to 9, *, #, A to D (RFC 4733 §3.2). */
const EVENTS = '0-15';
/** Events go with the clock of G.711 and G.722; H.245 names no other one. */
const CLOCK_RATE = 8000;
const FIRST_DYNAMIC = 96;

/** Keys as telephone events (H.245 §B.2.2.8, RFC 4733): the payload type that we take them with. None where we take none. */
export function writeTelephoneEvents({ audio }: LocalCapabilities): Capability[] {
  const own = ownEvents(audio);
  return own === undefined
    ? []
    : [
        {
          type: 'receiveRTPAudioTelephonyEventCapability',
          value: { dynamicRTPPayloadType: own.payloadType, audioTelephoneEvent: EVENTS },
        },
      ];
}

/** The payload type that the other side takes events with: rooms have their own, and IOS only takes 101. */
export function readTelephoneEvents(capabilities: readonly Capability[]): TelephoneEventCodec[] {
  const found = capabilities.find(({ type }) => type === 'receiveRTPAudioTelephonyEventCapability');
  return found?.type === 'receiveRTPAudioTelephonyEventCapability'
    ? [{ name: 'telephone-event', payloadType: found.value.dynamicRTPPayloadType, clockRate: CLOCK_RATE }]
    : [];
}

/** The other side sends events with the payload type that we named. */
export function withOwnEvents({ streams, ...rest }: MediaDescription, { audio }: LocalCapabilities): MediaDescription {
  const own = ownEvents(audio);
  if (own === undefined) {
    return { streams, ...rest };
  }
  return {
    ...rest,
    streams: streams.map((stream) => ({
      ...stream,
      codecs: stream.codecs.map((codec) =>
        codec.name === 'telephone-event' ? { ...codec, incomingPayloadType: own.payloadType } : codec,
      ),
    })),
  };
}

function ownEvents(audio: LocalCapabilities['audio']): TelephoneEventCodec | undefined {
  return audio.find(
    (codec): codec is TelephoneEventCodec =>
      codec.name === 'telephone-event' && codec.clockRate === CLOCK_RATE && codec.payloadType >= FIRST_DYNAMIC,
  );
}
