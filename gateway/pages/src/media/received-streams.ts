/**
 * What is received, one MediaStream for each source, so that the browser keeps picture and sound of a source in step.
 * The map is a new one after every change; the streams stay the same, so that playing goes on. When other PeerConnections take
 * over, a track stays, and with it the last picture, until the new one of its source is there.
 */
export class ReceivedStreams {
  #streams: ReadonlyMap<string, MediaStream> = new Map();
  readonly #tracks = new Map<string, { source: string; track: MediaStreamTrack }>();
  /** Consumers of PeerConnections that were replaced. */
  readonly #retired = new Set<string>();

  get bySource(): ReadonlyMap<string, MediaStream> {
    return this.#streams;
  }

  /** Adds the track of a consumer. */
  add(consumer: string, source: string, track: MediaStreamTrack): void {
    this.remove(consumer);
    const stream = this.#streams.get(source) ?? new MediaStream();
    stream.addTrack(track);
    for (const old of this.#retired) {
      const entry = this.#tracks.get(old);
      if (entry?.source === source && entry.track.kind === track.kind) this.#forget(old);
    }
    this.#tracks.set(consumer, { source, track });
    this.#streams = new Map([...this.#streams, [source, stream]]);
  }

  /** Takes a consumer's track away, and the stream with its last track. */
  remove(consumer: string): void {
    const entry = this.#forget(consumer);
    if (entry === undefined) return;
    const stream = this.#streams.get(entry.source);
    const rest = [...this.#streams].filter(([source]) => source !== entry.source);
    this.#streams = new Map(stream && stream.getTracks().length > 0 ? [...rest, [entry.source, stream]] : rest);
  }

  /** Other PeerConnections take over: every track makes way for the new one of its source. */
  retire(): void {
    for (const consumer of this.#tracks.keys()) this.#retired.add(consumer);
  }

  /** Takes away what no new track came for. */
  removeRetired(): void {
    for (const consumer of this.#retired) this.remove(consumer);
  }

  #forget(consumer: string): { source: string; track: MediaStreamTrack } | undefined {
    const entry = this.#tracks.get(consumer);
    this.#tracks.delete(consumer);
    this.#retired.delete(consumer);
    if (entry !== undefined) this.#streams.get(entry.source)?.removeTrack(entry.track);
    return entry;
  }
}
