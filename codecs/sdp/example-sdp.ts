/** Reading SDP in tests. */
import assert from 'node:assert/strict';
import type { H264Codec, MediaDescription, StreamDescription } from '#codecs/media/description.ts';
import { readSdp } from './read.ts';

/** The description; the case fails if there is a fault. */
export function read(text: string): MediaDescription {
  const result = readSdp(text);
  assert.ok('description' in result, 'fault' in result ? result.fault : '');
  return result.description;
}

/** The only line of a description that has these lines. */
export function lineOf(...lines: readonly string[]): StreamDescription {
  const [stream] = read(
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', ...lines].join('\r\n'),
  ).streams;
  assert.ok(stream);
  return stream;
}

/** The H.264 codecs of a line. */
export function h264(stream: StreamDescription | undefined): readonly H264Codec[] {
  return (stream?.codecs ?? []).filter((codec) => codec.name === 'H264');
}

/** Payload types and names of a line's codecs. */
export function summary(stream: StreamDescription | undefined): readonly string[] {
  return (stream?.codecs ?? []).map(({ payloadType, name }) => `${payloadType} ${name}`);
}
