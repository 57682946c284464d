import type { SippTransport } from './sipp.ts';

const BOTH: readonly SippTransport[] = ['udp', 'tcp'];

/** A scenario and what must hold of the service afterwards. */
export interface Flow {
  /** File in `scenarios/`. */
  readonly scenario: string;
  /** What is looked at. */
  readonly what: string;
  readonly transports: readonly SippTransport[];
  /** Whom it calls; the class of its row unless told. */
  readonly target?: string;
  /** Why each leg that the scenario made in its class ended, in order; none where it was refused. */
  readonly ends: readonly string[];
  /** What fills the holes of the scenario. */
  readonly words?: Readonly<Record<string, string>>;
  /** What the operator does while the call stands or rings. */
  readonly operator?: 'hangs-up';
}

/** A call that the service makes. */
export interface DialledFlow extends Flow {
  readonly credentials?: { readonly username: string; readonly password: string };
  /** How many INVITEs with a Call-ID of their own the room sees; one unless told. */
  readonly calls?: number;
  /** A second room, that the first one names. */
  readonly elsewhere?: string;
}

function flow(scenario: string, what: string, ends: readonly string[], more: Partial<DialledFlow> = {}): DialledFlow {
  return { scenario, what, ends, transports: BOTH, ...more };
}

const LEFT = ['remote-hangup'] as const;

/** Rooms that call. */
export const CALLING: readonly Flow[] = [
  flow('call', 'an offer in the INVITE', LEFT),
  flow('late-offer', 'an offer in the 200, its answer in the ACK', LEFT),
  flow('cancel-after-answer', 'CANCEL crosses the 200', LEFT),
  flow('bye-crossing-bye', 'both hang up at once', ['local-hangup'], { operator: 'hangs-up' }),
  flow('ended-by-us', 'the operator hangs up: BYE with a Reason', ['local-hangup'], { operator: 'hangs-up' }),
  flow('hold', 'hold by sendonly, inactive and 0.0.0.0, and back', LEFT),
  flow('changed-media', 'port, codec and lines change', LEFT),
  flow('re-invite-without-offer', 'our offer in the 200 of a re-INVITE', LEFT),
  flow('re-invite-refused', 'a refused re-INVITE leaves the call as it was', LEFT),
  flow('update', 'UPDATE with and without SDP', LEFT),
  flow('info', 'picture_fast_update, dtmf-relay, dtmf, an empty and an unknown INFO', LEFT),
  flow('options-within', 'OPTIONS in a call', LEFT),
  flow('reliable-provisional', '100rel required, and a PRACK for nothing', LEFT),
  flow('session-too-short', '422 with Min-SE, then a session of 90 s that the caller refreshes', LEFT),
  flow('session-without-support', 'a caller without timers is refreshed by us', LEFT),
  flow('no-hops-left', 'Max-Forwards 0 is enough for who passes nothing on', LEFT),
  flow('unknown-class', '404', [], { target: 'no-such-class' }),
  flow('late-offer-unanswered', 'an ACK without the answer: the call ends', ['bad-request']),
  flow('unknown-extension', '420 names the extension', []),
  flow('unknown-body', '415 names SDP', []),
  flow('garbage-offer', '400 for SDP that cannot be read', []),
  flow('unknown-codec', '488 for no codec in common', ['no-common-media']),
  flow('unknown-dialog', '481 for requests of no dialog', []),
  flow('outside-dialogs', 'OPTIONS, and 405 or 501 for what is not done here', []),
];

/** Rooms that are called. */
export const CALLED: readonly DialledFlow[] = [
  flow('called', '180, 200, BYE of the room', LEFT),
  flow('called-ends-at-once', 'BYE at once after the 200', LEFT),
  flow('called-early-media', '183 with SDP', LEFT),
  flow('called-reliable-early-media', 'a reliable 183 with SDP, PRACK', LEFT),
  flow('called-refuses', '486', ['busy'], { words: { status: '486' } }),
  flow('called-refuses', '603', ['rejected'], { words: { status: '603' } }),
  flow('called-refuses', '404', ['unreachable'], { words: { status: '404' } }),
  flow('called-refuses', '480', ['no-answer'], { words: { status: '480' } }),
  flow('called-refuses', '488', ['no-common-media'], { words: { status: '488' } }),
  flow('called-never-answers', 'nobody picks up and the operator gives up: CANCEL', ['local-hangup'], {
    operator: 'hangs-up',
  }),
  flow('called-moved', '302 to another room', LEFT, { elsewhere: 'called' }),
  flow('called-asks-password', '401', LEFT, {
    words: { status: '401', challenge: 'WWW' },
    credentials: { username: 'teacher', password: 'chalk' },
  }),
  flow('called-proxy-asks', '407', LEFT, {
    words: { status: '407', challenge: 'Proxy' },
    credentials: { username: 'teacher', password: 'chalk' },
  }),
  flow('called-asks-password', '401 twice: the password is wrong', ['rejected'], {
    words: { status: '401', challenge: 'WWW' },
    credentials: { username: 'teacher', password: 'sponge' },
  }),
  flow('called-longer-session', '422, then a longer session', LEFT, { calls: 2 }),
  flow('called-garbage-answer', 'SDP in the 200 that cannot be read', ['bad-request']),
  flow('called-ended-by-us', 'the operator hangs up', ['local-hangup'], { operator: 'hangs-up' }),
];
