import type { CallMessage } from '../h225/message.ts';
import { readCause } from '../q931/elements.ts';
import { elementOf } from '../q931/message.ts';
import { type CallStep, otherSide, type Side } from './captured-calls.ts';
import { isEnd } from './scripted-peer.ts';
import { controlIn, fastStartIn, mediumOf } from './step-contents.ts';

/** To what a call led: what each side could send, and how it was ended. */
export interface CallEnd {
  /** What goes over the open channels of each side, sorted. */
  readonly sends: Readonly<Record<Side, readonly string[]>>;
  readonly endedBy: Side | undefined;
  /** Q.850 cause of the first ReleaseComplete. */
  readonly cause: number | undefined;
}

/** To what the packets of a call led. */
export function endOf(steps: readonly CallStep[]): CallEnd {
  const end = steps.findIndex(isEnd);
  const before = end === -1 ? steps : steps.slice(0, end);
  return {
    sends: { caller: openChannels(before, 'caller'), called: openChannels(before, 'called') },
    endedBy: steps[end]?.from,
    cause: steps.map(causeOf).find((cause) => cause !== undefined),
  };
}

/** Whether two causes are of one kind: Q.850 sorts them into classes of sixteen, and the first two are those of calls that went well. */
export function isSameKindOfCause(one: number | undefined, other: number | undefined): boolean {
  const classOf = (cause: number | undefined) => (cause === undefined ? undefined : Math.max(1, cause >> 4));
  return classOf(one) === classOf(other);
}

function openChannels(steps: readonly CallStep[], sender: Side): string[] {
  const open = new Map<number, string>();
  const offered = new Map<number, string>();
  for (const step of steps) {
    if (step.from === 'called') {
      for (const { forwardLogicalChannelParameters, reverseLogicalChannelParameters, ...channel } of fastStartIn(
        step,
      )) {
        const forward = mediumOf(forwardLogicalChannelParameters.dataType);
        const reverse = reverseLogicalChannelParameters;
        const medium = sender === 'caller' ? forward : reverse === undefined ? 'nullData' : mediumOf(reverse.dataType);
        if (medium !== 'nullData') {
          open.set(channel.forwardLogicalChannelNumber, medium);
        }
      }
    }
    for (const message of controlIn(step)) {
      if (message.type === 'request' && step.from === sender) {
        const { value: request } = message;
        if (request.type === 'openLogicalChannel') {
          const { forwardLogicalChannelNumber, forwardLogicalChannelParameters } = request.value;
          offered.set(forwardLogicalChannelNumber, mediumOf(forwardLogicalChannelParameters.dataType));
        } else if (request.type === 'closeLogicalChannel') {
          open.delete(request.value.forwardLogicalChannelNumber);
        }
      }
      if (message.type === 'response' && step.from === otherSide(sender)) {
        const { value: response } = message;
        const number =
          response.type === 'openLogicalChannelAck' ? response.value.forwardLogicalChannelNumber : undefined;
        const medium = number === undefined ? undefined : offered.get(number);
        if (number !== undefined && medium !== undefined) {
          open.set(number, medium);
        }
      }
    }
  }
  return [...open.values()].sort();
}

function causeOf(step: CallStep): number | undefined {
  const release: CallMessage | undefined =
    step.protocol === 'q931' && step.message.type === 'releaseComplete' ? step.message : undefined;
  return release === undefined ? undefined : readCause(elementOf(release, 'cause'))?.value;
}
