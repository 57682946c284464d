import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from './control/frame.ts';
import { type Payload, readPayload } from './control/payload.ts';

/** The client end of the control protocol, frame by frame. For tests. */
export class ScriptedApplication {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #received: Payload[] = [];
  #arrived = Promise.withResolvers<void>();
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received.push(...this.#reader.push(chunk).map(readPayload));
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async connect(port: number): Promise<ScriptedApplication> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new ScriptedApplication(socket);
  }

  /** The client end on a connection that the edge opened. */
  static on(socket: Socket): ScriptedApplication {
    return new ScriptedApplication(socket);
  }

  /** Whether the other end has closed the connection. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends payloads as frames, all in one piece. */
  send(...payloads: string[]): void {
    this.#socket.write(Buffer.concat(payloads.map((payload) => encodeFrame(Buffer.from(payload)))));
  }

  /** Sends bytes as they are. */
  sendRaw(bytes: string): void {
    this.#socket.write(bytes);
  }

  /** The next payload from the edge. @throws after three seconds without one */
  async next(): Promise<Payload> {
    const deadline = Date.now() + 3_000;
    for (;;) {
      const found = this.#received.shift();
      if (found !== undefined) return found;
      if (this.#closed) throw new Error('the edge closed the connection');
      await this.#wait(deadline - Date.now(), 'no frame came');
    }
  }

  /** Waits until the other end closes. @throws after three seconds */
  async ended(): Promise<void> {
    const deadline = Date.now() + 3_000;
    while (!this.#closed) await this.#wait(deadline - Date.now(), 'the connection was not closed');
  }

  close(): void {
    this.#socket.destroy();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  async #wait(time: number, failure: string): Promise<void> {
    if (time <= 0) throw new Error(failure);
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, time);
    await Promise.race([this.#arrived.promise, timeout.promise]);
    clearTimeout(timer);
  }
}
