import { type H245Message, response } from './message.ts';
import type { H245 } from './types.ts';

/** H.239 §11: its messages, and the requests that want an answer with the answer of each. */
const MESSAGES = '0.0.8.239.2';
const ANSWERS: ReadonlyMap<number | undefined, number> = new Map([
  // flowControlReleaseRequest, presentationTokenRequest.
  [1, 2],
  [3, 4],
]);
/** Parameters that an answer repeats: channel and terminal; and the one that refuses. */
const REPEATED: ReadonlySet<number> = new Set([42, 44]);
const REJECT = 127;

/**
 * What we answer to a request of H.239: content is not shared here, so no token is given. Rooms name channels in their own ways (their
 * own, the next one, 0, none): what they named is said again. Undefined for what is no such request.
 */
export function refuseContentToken({
  messageIdentifier,
  subMessageIdentifier,
  messageContent = [],
}: H245<'GenericMessage'>): H245Message | undefined {
  const answer = ANSWERS.get(subMessageIdentifier);
  if (messageIdentifier.type !== 'standard' || messageIdentifier.value !== MESSAGES || answer === undefined) {
    return undefined;
  }
  return response('genericResponse', {
    messageIdentifier,
    subMessageIdentifier: answer,
    messageContent: [
      {
        parameterIdentifier: { type: 'standard', value: REJECT },
        parameterValue: { type: 'logical', value: null },
      },
      ...messageContent.filter(
        ({ parameterIdentifier: identifier }) => identifier.type === 'standard' && REPEATED.has(identifier.value),
      ),
    ],
  });
}
