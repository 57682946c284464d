import type { CallTrace } from './call-trace.ts';
import { type TimelineEvent, timeline } from './timeline.ts';

/** A line of the list of calls. */
export function describeTrace(trace: CallTrace): object {
  const { id, facts, beganAt, endedAt, reason } = trace;
  return {
    id,
    ...(facts === undefined
      ? {}
      : { class: facts.class, protocol: facts.protocol, direction: facts.direction, remote: facts.remote }),
    state: endedAt === undefined ? (facts === undefined ? 'refused' : 'live') : 'ended',
    began: new Date(beganAt).toISOString(),
    ...(endedAt === undefined ? {} : { ended: new Date(endedAt).toISOString() }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A whole trace for programs: `after` in seconds since its beginning. */
export function traceJson(trace: CallTrace): object {
  return {
    ...describeTrace(trace),
    sipCallIds: [...trace.sipCallIds],
    leftOut: trace.leftOut,
    events: timeline(trace).map((event) => ({
      after: Math.round(event.at - trace.beganAt) / 1000,
      ...shown(event),
    })),
  };
}

function shown(event: TimelineEvent): object {
  switch (event.kind) {
    case 'sip':
      return { ...event, text: Buffer.from(event.text, 'latin1').toString('utf8') };
    case 'h323': {
      const { packet, ...others } = event;
      return { ...others, ...(packet === undefined ? {} : { packet: Buffer.from(packet).toString('hex') }) };
    }
    case 'rtcp': {
      const { bytes, ...others } = event;
      return { ...others, bytes: Buffer.from(bytes).toString('hex') };
    }
    default:
      return event;
  }
}
