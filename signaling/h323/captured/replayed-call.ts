import { once } from 'node:events';
import type { RoomCall } from '../../call/room-call.ts';
import { exampleApplication, ROOM_CAPABILITIES } from '../application/example-application.ts';
import type { H323Application, H323ApplicationOptions } from '../application/h323-application.ts';
import { AnsweringParty } from './answering-party.ts';
import { endOf } from './call-end.ts';
import { bodyOf, type CapturedCall, otherSide, type Side } from './captured-calls.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { fastStartIn, kindOfMedium } from './step-contents.ts';

const PEER_ADDRESS = '127.0.0.3';
const H245_PORTS = { from: 21_400, to: 21_999 };
const MEDIA_PORT = 40_000;

/** Which captured call, and which of its sides is scripted. */
export interface ReplayOptions {
  readonly call: CapturedCall;
  /** Whose part the scripted peer has; ours is the other one. */
  readonly plays: Side;
  /** See ScriptedPeerOptions. */
  readonly closes?: boolean;
  readonly application?: Partial<H323ApplicationOptions>;
}

/** A captured call between a scripted peer and an application of ours, begun. */
export class ReplayedCall {
  readonly application: H323Application;
  readonly peer: ScriptedPeer;
  /** Our side of the call; where the peer calls, there once its Setup has come. */
  readonly party: Promise<AnsweringParty>;

  private constructor(application: H323Application, peer: ScriptedPeer, party: Promise<AnsweringParty>) {
    this.application = application;
    this.peer = peer;
    this.party = party;
  }

  static async begin({ call, plays, closes = true, application: options }: ReplayOptions): Promise<ReplayedCall> {
    const application = exampleApplication({ h245Ports: H245_PORTS, ...options });
    await application.start();
    const script = { call, address: PEER_ADDRESS, opened: openedByUs(call, plays), closes };
    if (plays === 'caller') {
      const party = once(application, 'call').then(([inbound]) => joined(inbound));
      const peer = await ScriptedPeer.calling(script, application.address);
      return new ReplayedCall(application, peer, party);
    }
    const { peer, address } = await ScriptedPeer.called(script);
    const outbound = await application.dial({ address, alias: '600', target: 'A', displayName: 'Classroom' });
    return new ReplayedCall(application, peer, Promise.resolve(joined(outbound)));
  }

  /** Stops everything, however far the call is. */
  async close(): Promise<void> {
    this.peer.cut();
    await this.application.close();
  }
}

/** How the captured caller called: ours does the same. */
export function habitsOfCaller({ steps }: CapturedCall): Pick<H323ApplicationOptions, 'tunnelling' | 'fastStart'> {
  const setup = steps.find((step) => step.protocol === 'q931' && bodyOf(step.message)?.type === 'setup');
  return {
    tunnelling: setup?.protocol === 'q931' && setup.message.pdu.h245Tunneling === true,
    fastStart: setup !== undefined && fastStartIn(setup).length > 0,
  };
}

/** Whether we take a channel that carries this: there is no encryption of media (H.235.6) and no second picture (H.239) here yet. */
export function isTaken(medium: string): boolean {
  const kind = kindOfMedium(medium);
  const isOurs = ROOM_CAPABILITIES.video.some(({ name }) => medium === `picture ${name.toLowerCase()}`);
  return medium.startsWith('audio ') || (kind === 'picture' && isOurs);
}

/** Kinds of channel that we open where the captured endpoint in our place did: plain ones in place of encrypted ones. */
export function openedByUs({ steps }: CapturedCall, plays: Side): string[] {
  return endOf(steps)
    .sends[otherSide(plays)].map(kindOfMedium)
    .filter((kind) => kind !== 'content');
}

function joined(call: RoomCall): AnsweringParty {
  const party = new AnsweringParty(call, ROOM_CAPABILITIES, MEDIA_PORT);
  // It rejects where the call ends first: the party knows of the end.
  party.join().catch(() => undefined);
  return party;
}
