/** A room's call without a room, for tests. */
import { pino } from 'pino';
import type { MediaDescription } from '#codecs/media/description.ts';
import type { EndReason, MediaExchange } from '#signaling/call/call.ts';
import type { TerminalList } from '#signaling/call/room-call.ts';
import { SipCall } from '#signaling/sip/application/sip-call.ts';

const silent = pino({ level: 'silent' });

/** One exchange that the test looks into. */
export class ExampleExchange implements MediaExchange {
  readonly offer: MediaDescription | undefined;
  sent: MediaDescription | undefined;
  refused: EndReason | undefined;
  readonly #reply: (description: MediaDescription) => MediaDescription | undefined | Promise<never>;

  constructor(
    offer: MediaDescription | undefined,
    reply: (description: MediaDescription) => MediaDescription | undefined | Promise<never> = () => undefined,
  ) {
    this.offer = offer;
    this.#reply = reply;
  }

  readonly complete = async (description: MediaDescription): Promise<MediaDescription | undefined> => {
    this.sent = description;
    return await this.#reply(description);
  };
  readonly refuse = (reason: EndReason): void => {
    this.refused = reason;
  };
}

/** A call without SIP. */
export class ExampleCall extends SipCall {
  readonly direction = 'inbound';
  readonly invitation: ExampleExchange;
  keyFrames = 0;
  heardAgo: number | undefined;
  readonly shown: TerminalList[] = [];

  constructor(invitation: ExampleExchange, id = 'call') {
    super({
      id,
      remoteName: 'Room',
      remoteUri: 'room@192.0.2.9',
      remoteAddress: '192.0.2.9',
      target: '1001',
      localAddress: '192.0.2.1',
      log: silent,
    });
    this.invitation = invitation;
  }

  hangUp(): void {
    this.finish('remote-hangup');
  }

  override requestKeyFrame(): void {
    this.keyFrames += 1;
  }

  mediaHeard(ago: number): void {
    this.heardAgo = ago;
  }

  showTerminals(list: TerminalList): void {
    this.shown.push(list);
  }

  protected refuse(reason: EndReason): void {
    this.invitation.refuse(reason);
  }
}
