import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ReceivedStreams } from './received-streams.ts';

/** As much of a MediaStream as is needed outside a browser. */
class Stream {
  readonly #tracks = new Set<MediaStreamTrack>();
  addTrack(track: MediaStreamTrack): void {
    this.#tracks.add(track);
  }
  removeTrack(track: MediaStreamTrack): void {
    this.#tracks.delete(track);
  }
  getTracks(): MediaStreamTrack[] {
    return [...this.#tracks];
  }
}

before(() => {
  Object.assign(globalThis, { MediaStream: Stream });
});

const track = (kind: 'audio' | 'video', id: string) => ({ kind, id }) as MediaStreamTrack;
const tracks = (received: ReceivedStreams, source: string) =>
  received.bySource
    .get(source)
    ?.getTracks()
    .map(({ id }) => id);

test('picture and sound of a source are one stream, which ends with the last of them', () => {
  const received = new ReceivedStreams();
  received.add('1', 'mix', track('audio', 'a'));
  received.add('2', 'mix', track('video', 'v'));
  assert.deepEqual(tracks(received, 'mix'), ['a', 'v']);
  received.remove('1');
  received.remove('1');
  assert.deepEqual(tracks(received, 'mix'), ['v']);
  received.remove('2');
  assert.equal(received.bySource.size, 0);
});

test('a retired track stays until the new one of its source and kind is there; the stream stays the same', () => {
  const received = new ReceivedStreams();
  received.add('1', 'mix', track('audio', 'a'));
  received.add('2', 'mix', track('video', 'v'));
  received.add('3', 'gone', track('video', 'g'));
  const stream = received.bySource.get('mix');
  received.retire();
  assert.deepEqual(tracks(received, 'mix'), ['a', 'v']);
  received.add('4', 'mix', track('audio', 'a2'));
  assert.deepEqual(tracks(received, 'mix'), ['v', 'a2']);
  received.add('5', 'mix', track('video', 'v2'));
  assert.deepEqual(tracks(received, 'mix'), ['a2', 'v2']);
  assert.equal(received.bySource.get('mix'), stream);
  received.removeRetired();
  assert.deepEqual([...received.bySource.keys()], ['mix']);
  received.add('6', 'mix', track('video', 'v3'));
  assert.deepEqual(tracks(received, 'mix'), ['a2', 'v2', 'v3'], 'what is not retired makes way for nobody');
});
