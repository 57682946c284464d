import { AcknowledgedRepetition } from '../dialog/acknowledged-repetition.ts';
import { type Dialog, serverDialog } from '../dialog/dialog.ts';
import { readCSeq } from '../message/cseq.ts';
import { splitList } from '../message/list.ts';
import { fieldValue, fieldValues, type HeaderField, headerField, type SipResponse } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import { isToken } from '../message/parameters.ts';
import { serializeMessage } from '../message/serializer.ts';
import { T1, T2, TRANSACTION_LIFETIME } from '../transaction/timer-values.ts';
import { CommandRefused, type SentMessage } from './application.ts';
import { contentTypeOf, localUri, ownFields, readApplicationMessage } from './application-message.ts';
import { composeResponse } from './compose-response.ts';
import type { CoreContext } from './context.ts';
import { judge } from './judge.ts';
import { release, type ServerCall } from './server-call.ts';

/** Methods whose successful answers carry a Contact (RFC 3261 §20.10, RFC 3311 §5.1, RFC 6665 §4.1.2.2). */
const CONTACT_METHODS = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER']);

/** Answers requests: on behalf of applications, and by itself. */
export class ServerResponder {
  readonly #context: CoreContext;
  /** Ends a dialog whose 2xx nobody acknowledged. */
  readonly #abandon: (dialog: Dialog, why: string) => void;

  constructor(context: CoreContext, abandon: (dialog: Dialog, why: string) => void) {
    this.#context = context;
    this.#abandon = abandon;
  }

  /**
   * Sends an application's answer.
   * @throws CommandRefused where it cannot be sent
   */
  respond(call: ServerCall, text: Buffer): SentMessage {
    const message = readApplicationMessage(text);
    if (message.kind !== 'response' || message.status < 100 || message.status > 699) {
      throw new CommandRefused('invalid status in response');
    }
    if (call.answered) throw new CommandRefused('Response not sent due to unknown transaction');
    const given = ownFields(message, call.flow);
    const type = contentTypeOf(message);
    const reliable = this.#wantsReliable(call, message.status, given);
    const dialog = this.#dialogFor(call, message);
    const isInvite = call.request.method === 'INVITE';
    const response = composeResponse(call.request, {
      status: message.status,
      reason: message.reason,
      toTag: message.status === 100 ? undefined : (dialog?.facts.localTag ?? call.localTag),
      recordRoute: isInvite && message.status > 100 && message.status < 300,
      fields: [
        ...(this.#needsContact(call, message.status, given)
          ? [headerField('Contact', `<${localUri(call.flow)}>`)]
          : []),
        ...(reliable === undefined ? [] : [headerField('RSeq', String(reliable))]),
        ...given,
        ...(type === undefined ? [] : [type]),
      ],
      body: message.body,
    });
    const bytes = this.send(call, response);
    if (bytes === undefined) throw new CommandRefused('Response not sent due to unknown transaction');
    if (isInvite) this.#followInvite(call, dialog, response, reliable);
    if (isInvite && !call.inDialog && message.status >= 300) {
      this.#context.records.stop('application', 'call-rejected', () => bytes);
    }
    const named = dialog !== undefined && call.request.method !== 'BYE' && message.status > 100;
    if (call.answered) release(call);
    return {
      bytes,
      flow: call.flow,
      time: this.#context.clock.now(),
      transactionId: call.id,
      dialogId: named ? dialog.id : '',
    };
  }

  /** Answers by itself. */
  answer(call: ServerCall, status: number, reason: string, fields: readonly HeaderField[] = []): void {
    const toTag = status === 100 ? undefined : (call.dialog?.facts.localTag ?? call.localTag);
    const response = composeResponse(call.request, { status, reason, toTag, fields });
    if (this.send(call, response) === undefined) return;
    if (call.request.method === 'INVITE' && status >= 300) this.#refused(call);
    if (call.answered) release(call);
  }

  /** Passes back an answer that came from elsewhere. */
  relay(call: ServerCall, response: SipResponse): void {
    if (this.send(call, response) !== undefined && call.answered) release(call);
  }

  /** Hands a response to the call's transaction. @returns what was sent; undefined where it takes none any more */
  send(call: ServerCall, response: SipResponse): Buffer | undefined {
    const bytes = call.transaction.respond(response);
    if (bytes === undefined) return undefined;
    const { protocol } = call.flow;
    this.#context.counters.message('out', protocol, 'response', call.request.method, response.status);
    if (response.status >= 200) {
      call.answered = true;
      if (!call.inDialog || call.dialog === undefined) judge(this.#context, call.request, call.flow, response);
      call.settled();
    }
    return bytes;
  }

  #dialogFor(call: ServerCall, message: SipResponse): Dialog | undefined {
    if (call.dialog !== undefined || call.request.method !== 'INVITE') return call.dialog;
    if (message.status <= 100 || message.status >= 300) return undefined;
    const { dialogs, identifiers, limits, owners } = this.#context;
    if (dialogs.size >= limits.dialogs) throw new CommandRefused('too many dialogs');
    // The application may choose the tag, as a B2BUA that keeps the other leg's does.
    const chosen = readNameAddr(fieldValue(message, 'To') ?? '')?.parameters.get('tag');
    const tag = chosen !== undefined && isToken(chosen) ? chosen : call.localTag;
    const dialog = serverDialog(call.request, tag, identifiers.firstSequence(), call.flow);
    dialogs.add(dialog);
    if (call.session !== undefined) owners.set(dialog, call.session);
    call.dialog = dialog;
    this.hold(call, dialog);
    return dialog;
  }

  /** Notes in the dialog that this INVITE is under way in it. */
  hold(call: ServerCall, dialog: Dialog): void {
    call.held = {
      refuse: () => this.answer(call, 487, 'Request Terminated'),
      acknowledgeProvisional: (rack) => {
        const sequence = readCSeq(fieldValue(call.request, 'CSeq') ?? '')?.sequence;
        if (call.reliable?.sequence !== rack.responseSequence || sequence !== rack.sequence) return false;
        call.reliable.repetition.stop();
        call.reliable = undefined;
        return true;
      },
    };
    dialog.serverInvite = call.held;
  }

  #release(call: ServerCall, dialog: Dialog): void {
    if (dialog.serverInvite === call.held) dialog.serverInvite = undefined;
  }

  #needsContact(call: ServerCall, status: number, given: readonly HeaderField[]): boolean {
    if (given.some(({ key }) => key === 'contact') || status <= 100 || status >= 300) return false;
    if (call.request.method === 'INVITE') return true;
    return status >= 200 && CONTACT_METHODS.has(call.request.method);
  }

  /** @returns the RSeq of a provisional answer that is to be sent reliably */
  #wantsReliable(call: ServerCall, status: number, given: readonly HeaderField[]): number | undefined {
    if (call.request.method !== 'INVITE' || status <= 100 || status >= 200) return undefined;
    const asks = (fields: readonly string[]) => fields.flatMap(splitList).some((tag) => tag.toLowerCase() === '100rel');
    if (!asks(given.filter(({ key }) => key === 'require').map(({ value }) => value))) return undefined;
    if (!asks([...fieldValues(call.request, 'Supported'), ...fieldValues(call.request, 'Require')])) {
      throw new CommandRefused('Remote endpoint does not support 100rel');
    }
    // RFC 3262 §3: the next one only when the last was acknowledged.
    if (call.reliable !== undefined) throw new CommandRefused('a reliable provisional response awaits its PRACK');
    return call.lastReliableSequence === 0 ? this.#context.identifiers.firstSequence() : call.lastReliableSequence + 1;
  }

  #followInvite(
    call: ServerCall,
    dialog: Dialog | undefined,
    response: SipResponse,
    reliable: number | undefined,
  ): void {
    if (reliable !== undefined) this.#awaitPrack(call, response, reliable);
    else if (response.status >= 300) this.#refused(call);
    else if (response.status >= 200 && dialog !== undefined) this.#awaitAck(call, dialog, response);
  }

  #refused(call: ServerCall): void {
    call.reliable?.repetition.stop();
    call.reliable = undefined;
    if (call.dialog === undefined) return;
    this.#release(call, call.dialog);
    if (!call.inDialog) this.#context.dialogs.remove(call.dialog);
  }

  #awaitPrack(call: ServerCall, response: SipResponse, sequence: number): void {
    call.lastReliableSequence = sequence;
    // RFC 3262 §3: T1 doubling, without T2.
    const repetition = new AcknowledgedRepetition(
      this.#context.clock,
      { first: T1, longest: TRANSACTION_LIFETIME },
      () => this.send(call, response),
      () => {
        if (!call.answered) this.answer(call, 504, 'Server Time-out');
      },
    );
    call.reliable = { sequence, repetition };
  }

  #awaitAck(call: ServerCall, dialog: Dialog, response: SipResponse): void {
    call.reliable?.repetition.stop();
    call.reliable = undefined;
    if (!call.inDialog) this.#context.records.start('application', 'uas', () => serializeMessage(response));
    dialog.state = 'confirmed';
    this.#release(call, dialog);
    this.#context.dialogs.choose(dialog);
    const sequence = readCSeq(fieldValue(call.request, 'CSeq') ?? '')?.sequence ?? 0;
    const { session } = call;
    const repetition = new AcknowledgedRepetition(
      this.#context.clock,
      { first: T1, longest: T2 },
      () => this.send(call, response),
      () => {
        dialog.ownAnswers.delete(sequence);
        this.#abandon(dialog, 'ACK timeout');
      },
    );
    dialog.ownAnswers.set(sequence, {
      stop: () => repetition.stop(),
      acknowledged: (ack) => {
        repetition.stop();
        dialog.ownAnswers.delete(sequence);
        session?.deliver({
          source: 'network',
          bytes: serializeMessage(ack),
          flow: dialog.flow,
          time: this.#context.clock.now(),
          transactionId: call.id,
          dialogId: dialog.id,
        });
      },
    });
  }
}
