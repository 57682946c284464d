/** ms after which a request that was not answered is taken for lost. */
const PATIENCE = 500;

/**
 * Tells how far the service has read: whole OPTIONS requests between the broken messages, whose answers show that all before
 * them was taken out of the receive buffer. Times in ms.
 */
export class ReadReceipts {
  readonly #atMost: number;
  readonly #sent = new Map<number, number>();
  #count = 0;

  /** @param atMost requests that may be unanswered at a time */
  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** Whether the service has read far enough for more to be sent. */
  isReady(now: number): boolean {
    for (const [number, at] of this.#sent) {
      if (now - at > PATIENCE) {
        this.#sent.delete(number);
      }
    }
    return this.#sent.size < this.#atMost;
  }

  /** The next request. @param from where its answer shall go, as `address:port` @param to whom it asks, likewise */
  request(from: string, to: string, now: number): Buffer {
    this.#count += 1;
    this.#sent.set(this.#count, now);
    return Buffer.from(
      [
        `OPTIONS sip:${to} SIP/2.0`,
        `Via: SIP/2.0/UDP ${from};branch=z9hG4bKreceipt${this.#count};rport`,
        'Max-Forwards: 70',
        `From: <sip:reader@${from}>;tag=receipt`,
        `To: <sip:${to}>`,
        `Call-ID: receipt${this.#count}@${from}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  }

  /** Something came back. */
  came(message: Buffer): void {
    const number = /^Call-ID: receipt(\d+)@/im.exec(message.toString('latin1'))?.[1];
    this.#sent.delete(Number(number));
  }
}
