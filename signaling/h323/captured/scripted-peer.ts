import { once } from 'node:events';
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { readCallMessage, writeCallMessage } from '../h225/message.ts';
import { h245 } from '../h245/types.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { StepAdaptation } from './adapted-steps.ts';
import { type CallStep, type CapturedCall, h245AddressOf, type Side } from './captured-calls.ts';
import { wordsOf } from './step-contents.ts';

type Protocol = CallStep['protocol'];

/** What the peer waits for before it goes on, where the captured other side had said it by then. Everything else it does without. */
const AWAITED: Readonly<Record<string, string>> = {
  setup: 'setup',
  connect: 'connect',
  releaseComplete: 'releaseComplete',
  endSessionCommand: 'endSessionCommand',
  terminalCapabilitySet: 'terminalCapabilitySet',
  terminalCapabilitySetAck: 'terminalCapabilitySetAck',
  masterSlaveDeterminationAck: 'masterSlaveDeterminationAck',
  openLogicalChannelAck: 'answer to a channel',
  openLogicalChannelReject: 'answer to a channel',
  'openLogicalChannel audio': 'openLogicalChannel audio',
  'openLogicalChannel picture': 'openLogicalChannel picture',
};
/** ms for a word that is awaited; a busy machine is slow. */
const PATIENCE = 10_000;

/** Which captured call a peer acts out, and how far it follows it. */
export interface ScriptedPeerOptions {
  readonly call: CapturedCall;
  /** Whose packets it sends. */
  readonly plays: Side;
  readonly address: string;
  /** Kinds of channel that the side under test opens: others of the capture are not waited for. */
  readonly opened: readonly string[];
  /** Whether it closes a connection when the other side does; a room without power does not. */
  readonly closes?: boolean;
  /** Digits that it calls, in place of those of the capture. */
  readonly dials?: string;
}

/**
 * Plays one side of a captured call: sends its packets, each when the other side has said what it had said by then in the capture. Only
 * what belongs to the call at hand is changed in them: see StepAdaptation.
 */
export class ScriptedPeer {
  /** What was said, in the order in which the peer sent and received it. */
  readonly transcript: CallStep[] = [];
  readonly #options: ScriptedPeerOptions;
  readonly #adaptation: StepAdaptation;
  readonly #script: readonly { readonly step: CallStep; readonly after: ReadonlyMap<string, number> }[];
  readonly #heard = new Map<string, number>();
  readonly #sockets = new Map<Protocol, Socket>();
  readonly #servers: Server[] = [];
  readonly #usesH245: boolean;
  #h245Address: TransportAddress | undefined;
  #isConnecting = false;
  #isClosed = false;
  #isSilent = false;
  #next = 0;
  #wake: () => void = () => undefined;

  private constructor(options: ScriptedPeerOptions) {
    this.#options = options;
    const { call, plays, opened, dials } = options;
    const other = call.steps.filter(({ from }) => from !== plays);
    this.#adaptation = new StepAdaptation({ plays, other, dials }, () => this.#h245Address);
    this.#usesH245 = call.steps.some(({ protocol }) => protocol === 'h245');
    this.#script = scriptOf(call.steps, plays, opened);
  }

  /** A peer that calls `to`. */
  static async calling(options: Omit<ScriptedPeerOptions, 'plays'>, to: TransportAddress): Promise<ScriptedPeer> {
    const peer = new ScriptedPeer({ ...options, plays: 'caller' });
    await peer.#connect('q931', to);
    return peer;
  }

  /** A peer that is called; and where. */
  static async called(
    options: Omit<ScriptedPeerOptions, 'plays'>,
  ): Promise<{ readonly peer: ScriptedPeer; readonly address: TransportAddress }> {
    const peer = new ScriptedPeer({ ...options, plays: 'called' });
    const address = await peer.#listen('q931');
    if (peer.#usesH245) {
      peer.#h245Address = await peer.#listen('h245');
    }
    return { peer, address };
  }

  /** How many packets it sends in all, and how many of them before either side ends the call. */
  get length(): { readonly whole: number; readonly untilEnd: number } {
    const { call, plays } = this.#options;
    const end = call.steps.findIndex(isEnd);
    const before = call.steps.slice(0, end).filter(({ from }) => from === plays);
    return { whole: this.#script.length, untilEnd: before.length };
  }

  /** Sends its packets up to `count`. Rejects where the other side does not say what it waits for. */
  async play(count: number): Promise<void> {
    while (this.#next < Math.min(count, this.#script.length)) {
      const entry = this.#script[this.#next];
      this.#next += 1;
      if (entry !== undefined) {
        await this.#say(entry.step, entry.after);
      }
    }
  }

  /** Resolves when the other side has said a word so often. */
  async heard(word: string, times: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, PATIENCE);
    while ((this.#heard.get(word) ?? 0) < times) {
      if (late || this.#isClosed) {
        clearTimeout(timer);
        const heard = [...this.#heard].map(([known, count]) => `${known} ${count}`);
        const why = late ? '' : ', but the connection is closed';
        throw new Error(`packet ${this.#next} waits for ${word} ${times}; heard: ${heard.join(', ')}${why}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
  }

  /** From now on it says nothing, and makes and takes no connection; those that it has stay. */
  fallSilent(): void {
    this.#isSilent = true;
    for (const server of this.#servers) {
      server.close();
    }
  }

  /** Breaks H.245's own connection alone. */
  cutControl(): void {
    this.#sockets.get('h245')?.destroy();
  }

  /** Breaks its connections: from now on there is no peer. */
  cut(): void {
    this.fallSilent();
    for (const socket of this.#sockets.values()) {
      socket.destroy();
    }
  }

  async #say(captured: CallStep, after: ReadonlyMap<string, number>): Promise<void> {
    for (const [word, times] of after) {
      await this.heard(word, times);
    }
    const step = this.#adaptation.adapt(captured);
    if (step === undefined) {
      return;
    }
    await this.#opened(step.protocol);
    this.transcript.push(step);
    this.#sockets
      .get(step.protocol)
      ?.write(
        writeTpkt(
          step.protocol === 'q931'
            ? writeCallMessage(step.message)
            : h245.encode('MultimediaSystemControlMessage', step.message),
        ),
      );
  }

  /** Resolves when there is such a connection, whoever makes it. */
  async #opened(protocol: Protocol): Promise<void> {
    await this.heard(`connection ${protocol}`, 1);
  }

  async #listen(protocol: Protocol): Promise<TransportAddress> {
    const { address } = this.#options;
    const server = createServer({ allowHalfOpen: this.#options.closes === false }, (socket) =>
      this.#adopt(protocol, socket),
    );
    this.#servers.push(server);
    server.listen({ host: address, port: 0 });
    await once(server, 'listening');
    const bound = server.address();
    return { address, port: typeof bound === 'object' && bound !== null ? bound.port : 0 };
  }

  async #connect(protocol: Protocol, { address, port }: TransportAddress): Promise<void> {
    const socket = openSocket({
      host: address,
      port,
      localAddress: this.#options.address,
      allowHalfOpen: this.#options.closes === false,
    });
    await once(socket, 'connect');
    this.#adopt(protocol, socket);
  }

  #adopt(protocol: Protocol, socket: Socket): void {
    const reader = new TpktReader();
    this.#sockets.set(protocol, socket);
    socket.setNoDelay(true);
    // Who ends a call closes its connections while the other side may still speak.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const packet of reader.push(chunk)) {
        this.#receive(protocol, packet);
      }
    });
    if (protocol === 'q931') {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#wake();
      });
    }
    this.#hear(`connection ${protocol}`);
  }

  #receive(protocol: Protocol, packet: Buffer): void {
    const from = this.#options.plays === 'caller' ? 'called' : 'caller';
    const step: CallStep =
      protocol === 'q931'
        ? { from, protocol, message: readCallMessage(packet) }
        : { from, protocol, message: h245.decode('MultimediaSystemControlMessage', packet) };
    this.transcript.push(step);
    this.#adaptation.learn(step);
    for (const word of wordsOf(step)) {
      this.#hear(AWAITED[word] ?? word);
    }
    const place = step.protocol === 'q931' ? h245AddressOf(step.message) : undefined;
    if (
      place !== undefined &&
      this.#usesH245 &&
      this.#options.plays === 'caller' &&
      !this.#isConnecting &&
      !this.#isSilent
    ) {
      this.#isConnecting = true;
      this.#connect('h245', place).catch(() => undefined);
    }
  }

  #hear(word: string): void {
    this.#heard.set(word, (this.#heard.get(word) ?? 0) + 1);
    this.#wake();
  }
}

/** Whether a packet is one by which a side ends the call. */
export function isEnd(step: CallStep): boolean {
  return wordsOf(step).some((word) => word === 'endSessionCommand' || word === 'releaseComplete');
}

/** The packets of one side, each with what the other one had said before. */
function scriptOf(steps: readonly CallStep[], plays: Side, opened: readonly string[]) {
  const said = new Map<string, number>();
  return steps.flatMap((step) => {
    if (step.from === plays) {
      return [{ step, after: new Map(said) }];
    }
    for (const word of wordsOf(step)) {
      const [, kind] = /^openLogicalChannel (.*)$/.exec(word) ?? [];
      const awaited = kind === undefined || opened.includes(kind) ? AWAITED[word] : undefined;
      if (awaited !== undefined) {
        said.set(awaited, (said.get(awaited) ?? 0) + 1);
      }
    }
    return [];
  });
}
