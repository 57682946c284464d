import type { H245Message } from '#signaling/h323/h245/message.ts';
import type { H245 } from '#signaling/h323/h245/types.ts';
import { isH264, readBitRate } from '#signaling/h323/media/h264-capability.ts';
import { readTransportAddress } from '#signaling/h323/media/transport-address.ts';

type Named = Extract<H245Message, { readonly value: unknown }>['value'];
type TransportAddress = Parameters<typeof readTransportAddress>[0];

/** A message of H.245 in a line: what it is, of which channel, and what matters of it for people. */
export function h245Words(message: H245Message): string {
  if (message.type === 'unknown') {
    return 'a message of a later version';
  }
  const about = aboutOf(message.value);
  return about === '' ? message.value.type : `${message.value.type} ${about}`;
}

/** What a channel carries and where it says its addresses are. */
export function channelWords({
  forwardLogicalChannelParameters: forward,
  reverseLogicalChannelParameters: reverse,
}: H245<'OpenLogicalChannel'>): string {
  const isReverse = forward.dataType.type === 'nullData' && reverse !== undefined;
  const { dataType, multiplexParameters } = isReverse ? reverse : forward;
  const addresses =
    multiplexParameters?.type === 'h2250LogicalChannelParameters'
      ? addressWords(multiplexParameters.value.mediaChannel, multiplexParameters.value.mediaControlChannel)
      : '';
  return `${dataTypeWords(dataType)}${isReverse ? ' the other way' : ''}${addresses}`;
}

function aboutOf(message: Named): string {
  switch (message.type) {
    case 'terminalCapabilitySet':
      return capabilityWords(message.value);
    case 'openLogicalChannel':
      return `${message.value.forwardLogicalChannelNumber}: ${channelWords(message.value)}`;
    case 'openLogicalChannelAck':
      return `${message.value.forwardLogicalChannelNumber}${ackWords(message.value)}`;
    case 'openLogicalChannelReject':
      return `${message.value.forwardLogicalChannelNumber}: ${message.value.cause.type}`;
    case 'closeLogicalChannel':
    case 'closeLogicalChannelAck':
    case 'requestChannelClose':
    case 'requestChannelCloseAck':
      return String(message.value.forwardLogicalChannelNumber);
    case 'miscellaneousCommand':
    case 'miscellaneousIndication':
      return `${message.value.logicalChannelNumber}: ${message.value.type.type}`;
    case 'flowControlCommand':
    case 'flowControlIndication':
      return flowWords(message.value);
    case 'masterSlaveDetermination':
      return `terminal type ${message.value.terminalType}`;
    case 'masterSlaveDeterminationAck':
      return message.value.decision.type;
    case 'terminalCapabilitySetReject':
      return message.value.cause.type;
    case 'endSessionCommand':
    case 'userInput':
      return message.value.type;
    default:
      return '';
  }
}

function capabilityWords({ sequenceNumber, capabilityTable }: H245<'TerminalCapabilitySet'>): string {
  const names = (capabilityTable ?? []).flatMap(({ capability }) => {
    switch (capability?.type) {
      case 'receiveAudioCapability':
      case 'receiveAndTransmitAudioCapability':
      case 'receiveVideoCapability':
      case 'receiveAndTransmitVideoCapability':
        return [mediaWords(capability.value)];
      default:
        return [];
    }
  });
  return `${sequenceNumber}: ${names.length === 0 ? 'receives nothing' : `receives ${names.join(', ')}`}`;
}

function dataTypeWords(dataType: H245<'DataType'>): string {
  return dataType.type === 'audioData' || dataType.type === 'videoData' ? mediaWords(dataType.value) : dataType.type;
}

/** The name that H.245 has for a codec; of generic ones the identifier, or H.264's own name, with the bit rate. */
function mediaWords(capability: H245<'AudioCapability'> | H245<'VideoCapability'>): string {
  switch (capability.type) {
    case 'genericAudioCapability':
    case 'genericVideoCapability': {
      const { capabilityIdentifier: identifier } = capability.value;
      const name = isH264(capability.value) ? 'H.264' : identifier.type === 'standard' ? identifier.value : 'generic';
      const rate = readBitRate(capability.value);
      return rate === undefined ? name : `${name} at ${Math.round(rate / 1000)} kbit/s`;
    }
    default:
      return capability.type.replace(/(?:Video|Audio)Capability$/, '');
  }
}

function ackWords({ forwardMultiplexAckParameters: parameters }: H245<'OpenLogicalChannelAck'>): string {
  return parameters?.type === 'h2250LogicalChannelAckParameters'
    ? addressWords(parameters.value.mediaChannel, parameters.value.mediaControlChannel)
    : '';
}

function addressWords(rtp: TransportAddress, rtcp: TransportAddress): string {
  const [media, reports] = [rtp, rtcp].map(readTransportAddress);
  const shown = (address: typeof media): string => `${address?.address}:${address?.port}`;
  return `${media === undefined ? '' : `, media to ${shown(media)}`}${reports === undefined ? '' : `, reports to ${shown(reports)}`}`;
}

function flowWords({ scope, restriction }: H245<'FlowControlCommand'>): string {
  const of = scope.type === 'logicalChannelNumber' ? `${scope.value}` : scope.type;
  const most =
    restriction.type === 'maximumBitRate' ? `${restriction.value / 10} kbit/s at the most` : restriction.type;
  return `${of}: ${most}`;
}
