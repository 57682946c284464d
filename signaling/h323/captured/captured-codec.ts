import { h225 } from '../h225/types.ts';
import { h245 } from '../h245/types.ts';
import type { CapturedMessage } from './captured-messages.ts';

type Typed = Pick<CapturedMessage, 'type'>;

/** The value that a captured message stands for. Throws PerError. */
export function decodeCaptured({ type, octets }: Pick<CapturedMessage, 'type' | 'octets'>): unknown {
  switch (type) {
    case 'H323-UserInformation':
    case 'RasMessage':
      return h225.decode(type, octets);
    case 'MultimediaSystemControlMessage':
    case 'OpenLogicalChannel':
      return h245.decode(type, octets);
  }
}

/** The octets of such a value. Throws PerError. */
export function encodeCaptured({ type }: Typed, value: unknown): Buffer {
  const module: { encode(name: string, value: unknown): Buffer } =
    type === 'H323-UserInformation' || type === 'RasMessage' ? h225 : h245;
  return module.encode(type, value);
}
