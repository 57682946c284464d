/**
 * What is received, one MediaStream for each source, so that the browser keeps picture and sound of a source in step.
 * The map is a new one after every change; the streams stay the same, so that playing goes on.
 */
export class ReceivedStreams {
  #streams: ReadonlyMap<string, MediaStream> = new Map();
  readonly #tracks = new Map<string, { source: string; track: MediaStreamTrack }>();

  get bySource(): ReadonlyMap<string, MediaStream> {
    return this.#streams;
  }

  /** Adds the track of a consumer. */
  add(consumer: string, source: string, track: MediaStreamTrack): void {
    this.remove(consumer);
    const stream = this.#streams.get(source) ?? new MediaStream();
    stream.addTrack(track);
    this.#tracks.set(consumer, { source, track });
    this.#streams = new Map([...this.#streams, [source, stream]]);
  }

  /** Takes a consumer's track away, and the stream with its last track. */
  remove(consumer: string): void {
    const entry = this.#tracks.get(consumer);
    if (entry === undefined) return;
    this.#tracks.delete(consumer);
    const stream = this.#streams.get(entry.source);
    stream?.removeTrack(entry.track);
    const rest = [...this.#streams].filter(([source]) => source !== entry.source);
    this.#streams = new Map(stream && stream.getTracks().length > 0 ? [...rest, [entry.source, stream]] : rest);
  }
}
