/** Messages of `length:text,` (netstrings), as baresip's control port speaks them. */
export class NetstringReader {
  #pending = Buffer.alloc(0);

  /** Takes what arrived; gives the messages that are whole. */
  push(chunk: Buffer): string[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const messages: string[] = [];
    for (;;) {
      const colon = this.#pending.indexOf(0x3a);
      const length = colon < 0 ? Number.NaN : Number(this.#pending.toString('latin1', 0, colon));
      if (!Number.isInteger(length) || this.#pending.length < colon + length + 2) {
        return messages;
      }
      messages.push(this.#pending.toString('utf8', colon + 1, colon + 1 + length));
      this.#pending = this.#pending.subarray(colon + length + 2);
    }
  }
}

/** A message as a netstring. */
export function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}
