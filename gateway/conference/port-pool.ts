/** UDP ports of a range, handed out in even/odd pairs (RTP and RTCP, RFC 3550 §11), longest unused first. */
export class PortPool {
  readonly #free: number[] = [];

  /** `from` and `to` bound the range, both included. */
  constructor(from: number, to: number) {
    for (let port = from + (from % 2); port + 1 <= to; port += 2) {
      this.#free.push(port);
    }
  }

  /** Pairs that can still be taken. */
  get available(): number {
    return this.#free.length;
  }

  /** The even port of a pair; undefined when none is left. */
  take(): number | undefined {
    return this.#free.shift();
  }

  /** Gives a pair back. It goes last: packets that come late for the old call shall not meet a new one. */
  release(port: number): void {
    this.#free.push(port);
  }
}
