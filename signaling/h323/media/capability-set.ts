import type { H264Codec } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { OwnCapabilities } from '../h245/capability-exchange.ts';
import type { H245 } from '../h245/types.ts';
import { writeAudioCapability } from './audio-capability.ts';
import { H264_PACKETIZATION, writeH264Capability } from './h264-capability.ts';
import { writeOldVideoCapability } from './old-video-capability.ts';
import { writeTelephoneEvents } from './telephone-events.ts';

/** H.245 version 13: new enough for all that we say, old enough for every room. */
const PROTOCOL_IDENTIFIER = '0.0.8.245.0.13';
/** ms that packets of sound may be late. */
const AUDIO_DELAY_JITTER = 250;

/** We mix: what comes to us comes from one, and what goes from us goes to one, all under our control (H.323 §8.4.3). */
export const CENTRALIZED: H245<'MultipointCapability'> = {
  multicastCapability: false,
  multiUniCastConference: false,
  mediaDistributionCapability: [
    {
      centralizedControl: true,
      distributedControl: false,
      centralizedAudio: true,
      distributedAudio: false,
      centralizedVideo: true,
      distributedVideo: false,
    },
  ],
};

/** What we can receive as a capability set: sound, picture and keys at the same time, each in our order of preference. */
export function writeCapabilitySet(local: LocalCapabilities): OwnCapabilities {
  const audio = local.audio.flatMap((codec) => {
    const capability = codec.name === 'telephone-event' ? undefined : writeAudioCapability(codec);
    return capability === undefined ? [] : [{ type: 'receiveAudioCapability' as const, value: capability }];
  });
  const h264 = distinctProfiles(local).map((codec) => ({
    type: 'receiveVideoCapability' as const,
    value: { type: 'genericVideoCapability' as const, value: writeH264Capability(codec, local.videoBitRate) },
  }));
  const older = local.video.flatMap((codec) => {
    const value =
      codec.name === 'H264' || codec.name === 'VP8' ? undefined : writeOldVideoCapability(codec, local.videoBitRate);
    return value === undefined ? [] : [{ type: 'receiveVideoCapability' as const, value }];
  });
  const video = [...h264, ...older];
  const keys = (['basicString', 'dtmf'] as const).map((type) => ({
    type: 'receiveAndTransmitUserInputCapability' as const,
    value: { type, value: null },
  }));
  const alternatives = [audio, video, keys, writeTelephoneEvents(local)].filter(
    (capabilities) => capabilities.length > 0,
  );
  const entries = alternatives.flat().map((capability, index) => ({ number: index + 1, capability }));
  const numberOf = (wanted: unknown) => entries.find(({ capability }) => capability === wanted)?.number ?? 0;
  return {
    protocolIdentifier: PROTOCOL_IDENTIFIER,
    multiplexCapability: { type: 'h2250Capability', value: multiplex(local) },
    capabilityTable: entries.map(({ number, capability }) => ({ capabilityTableEntryNumber: number, capability })),
    capabilityDescriptors: [
      {
        capabilityDescriptorNumber: 0,
        simultaneousCapabilities: alternatives.map((capabilities) => capabilities.map(numberOf)),
      },
    ],
  };
}

/** One capability for each profile: packetization modes are no part of a capability's parameters. */
function distinctProfiles({ video }: LocalCapabilities): H264Codec[] {
  const codecs = video.filter((codec): codec is H264Codec => codec.name === 'H264');
  const profiles = new Map(codecs.toReversed().map((codec) => [codec.h264.profile.replace('constrained-', ''), codec]));
  return codecs.filter((codec) => [...profiles.values()].includes(codec));
}

/** How we take H.264 in packets: H.241 §A.3 has an identifier for each mode. */
function packetizationsOf({ video }: LocalCapabilities): string[] {
  const modes = new Set(video.flatMap((codec) => (codec.name === 'H264' ? [codec.h264.packetizationMode] : [])));
  return [
    ...(modes.has(0) || modes.has(1) ? [H264_PACKETIZATION.singleNalUnit] : []),
    ...(modes.has(1) ? [H264_PACKETIZATION.nonInterleaved] : []),
  ];
}

function multiplex(local: LocalCapabilities): H245<'H2250Capability'> {
  const packetizations = packetizationsOf(local).map((oid) => ({
    payloadDescriptor: { type: 'oid' as const, value: oid },
  }));
  return {
    maximumAudioDelayJitter: AUDIO_DELAY_JITTER,
    receiveMultipointCapability: CENTRALIZED,
    transmitMultipointCapability: CENTRALIZED,
    receiveAndTransmitMultipointCapability: CENTRALIZED,
    mcCapability: { centralizedConferenceMC: true, decentralizedConferenceMC: false },
    rtcpVideoControlCapability: true,
    mediaPacketizationCapability: {
      h261aVideoPacketization: false,
      ...(packetizations.length > 0 ? { rtpPayloadType: packetizations } : {}),
    },
    logicalChannelSwitchingCapability: false,
    t120DynamicPortCapability: false,
  };
}
