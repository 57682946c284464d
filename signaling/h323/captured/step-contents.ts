import type { H245Message } from '../h245/message.ts';
import { type H245, h245 } from '../h245/types.ts';
import { bodyOf, type CallStep } from './captured-calls.ts';

type DataType = H245<'DataType'>;

/** The messages of H.245 in a packet: one on H.245's own connection, any number in call signalling. */
export function controlIn(step: CallStep): H245Message[] {
  if (step.protocol === 'h245') {
    return [step.message];
  }
  const setup = bodyOf(step.message);
  const parallel = setup?.type === 'setup' ? (setup.value.parallelH245Control ?? []) : [];
  const messages = [...parallel, ...(step.message.pdu.h245Control ?? [])];
  return messages.map((octets) => h245.decode('MultimediaSystemControlMessage', octets));
}

/** The channels of fast start in a packet: proposals in a Setup, else answers. */
export function fastStartIn(step: CallStep): H245<'OpenLogicalChannel'>[] {
  const value = step.protocol === 'q931' ? bodyOf(step.message)?.value : undefined;
  const channels = value !== undefined && 'fastStart' in value ? (value.fastStart ?? []) : [];
  return channels.map((octets) => h245.decode('OpenLogicalChannel', octets));
}

/** What a channel carries: `audio g711Alaw64k`, `picture h264`, `encrypted audio g711Alaw64k`, `content` (a second picture, H.239). */
export function mediumOf(dataType: DataType): string {
  switch (dataType.type) {
    case 'audioData':
      return `audio ${dataType.value.type}`;
    case 'videoData':
      switch (dataType.value.type) {
        case 'genericVideoCapability':
          return 'picture h264';
        case 'extendedVideoCapability':
          return 'content';
        default:
          return `picture ${dataType.value.type.replace('VideoCapability', '')}`;
      }
    case 'h235Media': {
      const { mediaType } = dataType.value;
      const isKnown = mediaType.type === 'audioData' || mediaType.type === 'videoData';
      return isKnown ? `encrypted ${mediumOf(mediaType)}` : 'encrypted';
    }
    default:
      return dataType.type;
  }
}

/** What `mediumOf` says without codec and encryption: `audio`, `picture`, `content`. */
export function kindOfMedium(medium: string): string {
  return medium.replace(/^encrypted /, '').replace(/ .*$/, '');
}

/** What a packet says, a word or two for each message in it; channels by what they carry: `openLogicalChannel audio`. */
export function wordsOf(step: CallStep): string[] {
  const words = controlIn(step).map((message) => {
    if (message.type === 'unknown') {
      return 'unknown';
    }
    const { value: body } = message;
    return body.type === 'openLogicalChannel'
      ? `${body.type} ${kindOfMedium(mediumOf(body.value.forwardLogicalChannelParameters.dataType))}`
      : body.type;
  });
  return step.protocol === 'q931' ? [bodyOf(step.message)?.type ?? 'empty', ...words] : words;
}
