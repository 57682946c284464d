import { randomBytes } from 'node:crypto';
import type { SipTrace } from '../../call/trace.ts';
import { type Clock, systemClock } from './clock.ts';
import { ControlServer } from './control/control-server.ts';
import type { RequestHandlers } from './control/request-handlers.ts';
import { CallRecords } from './core/call-records.ts';
import { type CoreLimits, DEFAULT_CORE_LIMITS } from './core/context.ts';
import { Counters, type EdgeFigures } from './core/figures.ts';
import { type HostResolver, systemResolver } from './core/resolver.ts';
import { UserAgentCore } from './core/user-agent-core.ts';
import { DialogTable } from './dialog/dialog-table.ts';
import type { SipGuard } from './guard/sip-guard.ts';
import type { Log } from './log.ts';
import { Identifiers, type RandomBytes } from './message/identifiers.ts';
import { TransactionTable } from './transaction/transaction-table.ts';
import { type ListenAddress, Transports } from './transport/transports.ts';

/** What the edge is made of. */
export interface EdgeOptions {
  /** Where SIP is listened for. */
  readonly listen: readonly ListenAddress[];
  /** Written in Via and Contact instead of the address of the interface that leads to the peer; for hosts behind a NAT. */
  readonly announcedAddress?: string;
  /** Where applications connect; port 0 for any free one. Anybody who knows the secret can place calls. */
  readonly control: { readonly address: string; readonly port: number; readonly secret: string };
  /**
   * Applications that the edge connects to for each new request outside dialogs, by SIP method (`*` for all others), as
   * `tcp://host:port`. They speak first and must know the secret. Requests are answered by 480 where they do not.
   */
  readonly requestHandlers?: RequestHandlers;
  readonly log: Log;
  /** Keeps scanners off; without one nobody is kept off. */
  readonly guard?: SipGuard | undefined;
  /** Requests of more bytes than this go by TCP where UDP was not named (RFC 3261 §18.1.1 says 1300); never if absent. */
  readonly tcpAbove?: number;
  readonly limits?: Partial<CoreLimits>;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly resolver?: HostResolver;
  /** Is told of every message as it came or leaves. */
  readonly trace?: Pick<SipTrace, 'message'> | undefined;
}

/** An embedded SIP server that applications drive by drachtio's control protocol. */
export interface Edge {
  /**
   * Opens all sockets.
   * @returns where applications connect, and the SIP addresses as `protocol/address:port`
   * @throws the system's error, such as EADDRINUSE; nothing is left open then
   */
  start(): Promise<{ control: { address: string; port: number }; hostports: string[] }>;
  /** Closes all sockets at once; calls that stand are not ended by BYE. */
  close(): Promise<void>;
  figures(): EdgeFigures;
}

/** Makes an edge; nothing is opened yet. */
export function createEdge(options: EdgeOptions): Edge {
  const clock = options.clock ?? systemClock;
  const { trace, guard } = options;
  const identifiers = new Identifiers(options.random ?? randomBytes);
  const counters = new Counters();
  const transactions = new TransactionTable();
  const dialogs = new DialogTable();
  // A fault of ours on one message must not end the calls of all others.
  const guarded = (what: string, run: () => void) => {
    try {
      run();
    } catch (error) {
      options.log.error({ err: error }, `fault while processing a ${what}`);
    }
  };
  const transports = new Transports(options.listen, options.announcedAddress, () => clock.now(), {
    message: (bytes, flow, faulty) => {
      // Before all else: what a banned source sends shall cost nothing.
      const passage = guard?.take(bytes, flow, clock.now()) ?? 'open';
      let admitted = passage === 'open';
      if (passage === 'inside') {
        guarded('message', () => {
          admitted = core.admits(bytes, flow);
        });
      }
      if (!admitted) return;
      guarded('trace', () => trace?.message('in', bytes, flow));
      guarded('message', () => core.receive(bytes, flow, faulty));
    },
    ...(trace === undefined
      ? {}
      : { sent: (bytes, flow) => guarded('trace', () => trace.message('out', bytes, flow)) }),
    dropped: (reason) => counters.drop(reason),
    admits: (remote) => {
      if (guard === undefined || guard.passage({ protocol: 'tcp', remote }, clock.now()) !== 'closed') return true;
      guard.drop('connection');
      return false;
    },
  });
  const control = new ControlServer({
    ...options.control,
    requestHandlers: options.requestHandlers,
    log: options.log,
    uuid: () => identifiers.uuid(),
    hostPorts: () => transports.hostPorts(),
    localHostPorts: () => transports.localHostPorts(),
    sessionClosed: (session) => guarded('closed application connection', () => core.sessionClosed(session)),
  });
  const core = new UserAgentCore({
    clock,
    identifiers,
    transports,
    transactions,
    dialogs,
    applications: control,
    owners: new WeakMap(),
    counters,
    guard,
    records: new CallRecords(control, () => clock.now()),
    log: options.log,
    limits: { ...DEFAULT_CORE_LIMITS, ...options.limits },
    resolver: options.resolver ?? systemResolver(),
    tcpAbove: options.tcpAbove,
  });
  guard?.protect({ stands: (source) => core.stands(source), close: (source) => transports.closeFrom(source) });
  return {
    async start() {
      await transports.listen();
      try {
        return { control: await control.listen(core), hostports: transports.hostPorts() };
      } catch (error) {
        await transports.close();
        throw error;
      }
    },
    async close() {
      core.close();
      dialogs.clear();
      transactions.terminateAll();
      await Promise.all([control.close(), transports.close()]);
    },
    figures: () => ({
      messages: counters.messages(),
      dropped: counters.dropped(),
      serverTransactions: transactions.servers,
      clientTransactions: transactions.size - transactions.servers,
      dialogs: dialogs.size + core.proxiedDialogs,
      pendingInvites: core.pendingInvites,
      connections: transports.connections,
      applications: control.size,
    }),
  };
}
