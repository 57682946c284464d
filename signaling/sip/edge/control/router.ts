/** Which applications take which kinds of new requests, each kind in turn. */
export class Router<Session> {
  readonly #sessions = new Map<string, Session[]>();

  /** @param verb a SIP method in lower case, or `cdr:attempt`, `cdr:start`, `cdr:stop` */
  add(verb: string, session: Session): void {
    const sessions = this.#sessions.get(verb);
    if (sessions === undefined) this.#sessions.set(verb, [session]);
    else if (!sessions.includes(session)) sessions.push(session);
  }

  remove(verb: string, session: Session): void {
    const left = (this.#sessions.get(verb) ?? []).filter((candidate) => candidate !== session);
    if (left.length === 0) this.#sessions.delete(verb);
    else this.#sessions.set(verb, left);
  }

  removeAll(session: Session): void {
    for (const verb of [...this.#sessions.keys()]) this.remove(verb, session);
  }

  /** The next in turn; undefined where nobody takes this kind. */
  next(verb: string): Session | undefined {
    const sessions = this.#sessions.get(verb);
    const chosen = sessions?.shift();
    if (chosen !== undefined) sessions?.push(chosen);
    return chosen;
  }

  verbs(): string[] {
    return [...this.#sessions.keys()];
  }
}
