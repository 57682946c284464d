/** Characters of log that are kept. */
const LONGEST = 1_000_000;

/** The last lines of the log, for those who ask what was said about a call. */
export class LogTail {
  #lines: string[] = [];
  #length = 0;

  /** Takes a line with its line break, and gives it back as it is. */
  keep(line: string): string {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length > LONGEST) {
      // Half at a time: moving all lines for each would be slow.
      const dropped = this.#lines.splice(0, Math.ceil(this.#lines.length / 2));
      this.#length -= dropped.reduce((sum, { length }) => sum + length, 0);
    }
    return line;
  }

  /** Lines in which one of these words stands, oldest first. */
  about(words: readonly string[]): string {
    return this.#lines.filter((line) => words.some((word) => line.includes(word))).join('');
  }
}
