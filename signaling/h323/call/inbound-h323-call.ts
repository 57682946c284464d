import type { TransportAddress } from '#codecs/media/description.ts';
import type { CallDirection } from '../../call/call.ts';
import type { CallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { H323Call, type H323CallOptions } from './h323-call.ts';
import { readSignalAddress } from './transport-address.ts';

/** A room that called us by H.323. */
export class InboundH323Call extends H323Call {
  /** What was dialled behind the class code. */
  readonly pin: string | undefined;
  readonly #message: CallMessage;
  readonly #setup: H225<'Setup-UUIE'>;
  #hasFastStart = false;

  constructor(
    options: H323CallOptions,
    invitation: { message: CallMessage; setup: H225<'Setup-UUIE'>; pin: string | undefined },
  ) {
    super(options);
    this.#message = invitation.message;
    this.#setup = invitation.setup;
    this.pin = invitation.pin;
  }

  /** Where the room says that it takes calls itself; undefined where it does not. */
  get sourceAddress(): TransportAddress | undefined {
    return readSignalAddress(this.#setup.sourceCallSignalAddress);
  }

  get direction(): CallDirection {
    return 'inbound';
  }

  /** Says that the call is under way, and lets H.245 begin where it can; to be called at once, before anything else. */
  begin(): void {
    this.signalling.accept(this.#message, this.#setup);
    this.signalling.flush();
  }

  /**
   * A slow start is answered before its media are known: many rooms begin H.245 only then. With fast start the answer waits for the
   * media, as it carries them.
   */
  async prepare(): Promise<void> {
    await this.listening;
    if (!this.#hasFastStart) {
      this.signalling.connect();
      this.signalling.flush();
    }
    await this.exchangeReady();
    const { complete } = this.invitation;
    this.answerBy(async (description) => {
      const result = await complete(description);
      this.signalling.connect();
      this.startH245IfTunnelled();
      this.signalling.flush();
      return result;
    });
  }

  protected onTunnelOpened(): void {
    if (!this.#hasFastStart) {
      this.startH245();
    }
  }

  protected onFastStart(channels: readonly Uint8Array[]): void {
    this.#hasFastStart = this.media.fastStartOffered(channels);
  }

  protected onProposals(): void {
    // Only who calls proposes.
  }

  protected onForwarded(): void {
    // Who called us cannot send us elsewhere.
  }
}
