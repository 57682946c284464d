import type { Clock, Timer } from '../../clock.ts';
import type { SipRequest, SipResponse } from '../../message/message.ts';
import { InviteClientTransaction } from '../../transaction/invite-client.ts';
import { NonInviteClientTransaction } from '../../transaction/non-invite-client.ts';
import { TRANSACTION_LIFETIME } from '../../transaction/timer-values.ts';
import type { ClientTransaction } from '../../transaction/transaction-table.ts';
import type { Flow } from '../../transport/transport.ts';
import { composeCancel } from '../compose-request.ts';
import type { CoreContext } from '../context.ts';

/** How long a branch is waited for, milliseconds. */
export interface BranchPatience {
  /** For any answer. */
  readonly provisional: number | undefined;
  /** For the final answer. */
  readonly final: number | undefined;
}

/** Timer C: how long an INVITE may go without final answer after its latest provisional one (RFC 3261 §16.6 step 11). */
const TIMER_C = 181_000;

/** What a branch tells. */
export interface BranchUser {
  response(response: SipResponse): void;
  /** No answer came, the request could not be sent, or patience is over. Called once, and nothing after it. */
  silent(why: 'timeout' | 'transport-error'): void;
}

/** One branch of a proxied request: one client transaction, with what ends it early. */
export class Branch {
  readonly flow: Flow;
  readonly request: SipRequest;
  readonly #context: CoreContext;
  readonly #user: BranchUser;
  readonly #patience: BranchPatience;
  readonly #transaction: ClientTransaction;
  #provisionalTimer: Timer | undefined;
  #finalTimer: Timer | undefined;
  /** Ends the wait for the final answer to a cancelled INVITE (RFC 3261 §9.1). */
  #cancelTimer: Timer | undefined;
  #cancel: 'none' | 'wanted' | 'sent' = 'none';
  /** A final answer was passed on, or its want. */
  #over = false;
  #heard = false;

  constructor(context: CoreContext, request: SipRequest, flow: Flow, patience: BranchPatience, user: BranchUser) {
    this.#context = context;
    this.request = request;
    this.flow = flow;
    this.#patience = patience;
    this.#user = user;
    const { clock, transactions } = context;
    const events = {
      response: (response: SipResponse) => this.#receive(response),
      failed: (failure: 'timeout' | 'transport-error') => this.#end(failure),
      terminated: () => {
        transactions.remove(this.#transaction);
        this.#stopTimers();
        this.#cancelTimer?.cancel();
      },
    };
    this.#transaction =
      request.method === 'INVITE'
        ? new InviteClientTransaction(clock, flow, request, events)
        : new NonInviteClientTransaction(clock, flow, request, events);
  }

  /** Whether the branch has come to its final answer, or to none. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether any answer came. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Sends the request. */
  start(): void {
    const { clock, transactions, counters } = this.#context;
    transactions.addClient(this.#transaction);
    this.#provisionalTimer = this.#wait(clock, this.#patience.provisional);
    if (this.request.method === 'INVITE') this.#finalTimer = this.#wait(clock, this.#patience.final ?? TIMER_C);
    counters.message('out', this.flow.protocol, 'request', this.request.method);
    this.#transaction.start();
  }

  /** Cancels an INVITE: at once, or as soon as a provisional answer came (RFC 3261 §9.1). */
  cancel(): void {
    if (this.#over || this.#cancel !== 'none' || this.request.method !== 'INVITE') return;
    this.#cancel = 'wanted';
    if (this.#transaction.state === 'proceeding') this.#sendCancel();
  }

  #wait(clock: Clock, time: number | undefined): Timer | undefined {
    return time === undefined ? undefined : clock.after(time, () => this.#giveUp());
  }

  #giveUp(): void {
    this.cancel();
    this.#end('timeout');
  }

  #receive(response: SipResponse): void {
    this.#heard = true;
    this.#provisionalTimer?.cancel();
    if (response.status < 200 && this.#cancel === 'wanted') this.#sendCancel();
    // Every 2xx goes back, even one that crossed our CANCEL (RFC 3261 §16.7 step 5); other answers may come too late.
    const success = response.status >= 200 && response.status < 300;
    if (this.#over && !success) return;
    if (response.status >= 200) {
      this.#over = true;
      this.#stopTimers();
      this.#cancelTimer?.cancel();
    } else if (response.status > 100 && this.#patience.final === undefined && this.#cancel === 'none') {
      this.#finalTimer?.cancel();
      this.#finalTimer = this.#wait(this.#context.clock, TIMER_C);
    }
    this.#user.response(response);
  }

  #end(why: 'timeout' | 'transport-error'): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimers();
    this.#user.silent(why);
  }

  #sendCancel(): void {
    this.#cancel = 'sent';
    const { clock, transactions, counters } = this.#context;
    const request = composeCancel(this.request, undefined, this.flow);
    const transaction = new NonInviteClientTransaction(clock, this.flow, request, {
      response: () => {},
      failed: () => {},
      terminated: () => transactions.remove(transaction),
    });
    transactions.addClient(transaction);
    counters.message('out', this.flow.protocol, 'request', 'CANCEL');
    transaction.start();
    this.#finalTimer?.cancel();
    this.#cancelTimer = clock.after(TRANSACTION_LIFETIME, () => {
      this.#end('timeout');
      this.#transaction.terminate();
    });
  }

  #stopTimers(): void {
    this.#provisionalTimer?.cancel();
    this.#finalTimer?.cancel();
  }
}
