import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { arbitraryDescription, SESSION_ADDRESS } from '#codecs/media/arbitrary-description.ts';
import { readSdp } from './read.ts';
import { writeSdp } from './write.ts';

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(arbitraryDescription, (description) => {
      const read = readSdp(writeSdp(description, { address: SESSION_ADDRESS }));
      assert.deepEqual('description' in read ? read.description : read, description);
    }),
    { numRuns: 500 },
  );
});

const VECTORS = new URL('./vectors/', import.meta.url);
const samples = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.sdp'))
  .map((name) => readFileSync(new URL(name, VECTORS), 'latin1'));

/** What reading comes to: a description that can be written again, or a fault in words. */
function isOrderly(text: string): boolean {
  const read = readSdp(text);
  if ('fault' in read) return read.fault.length > 0;
  return writeSdp(read.description, { address: '192.0.2.1' }).startsWith('v=0\r\n');
}

test('text of any kind never throws, and what is read can be written', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), isOrderly), { numRuns: 500 });
});

test('lines of SDP with anything in them never throw, and what is read can be written', () => {
  const start = fc.constantFrom(
    'v=',
    'o=',
    'c=',
    'b=',
    'm=video 5 RTP/AVP ',
    'a=rtpmap:',
    'a=fmtp:',
    'a=rtcp-fb:',
    'a=rtcp:',
    'a=ptime:',
    'a=content:',
    'a=label:',
    'a=mid:',
    'a=floorid:',
  );
  const line = fc.tuple(start, fc.string({ unit: 'grapheme-ascii', maxLength: 60 })).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) =>
      isOrderly(`v=0\r\nm=video 5000 RTP/AVP 96 0\r\n${lines.join('\r\n')}`),
    ),
    { numRuns: 1000 },
  );
});

test('descriptions of real peers with pieces cut out, doubled or overwritten never throw, and what is read can be written', () => {
  const damage = fc.record({
    at: fc.nat(4000),
    length: fc.nat(40),
    filling: fc.string({ unit: 'binary', maxLength: 10 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.array(damage, { minLength: 1, maxLength: 8 }), (sample, damages) => {
      const damaged = damages.reduce((text, { at, length, filling }) => {
        const place = at % text.length;
        return text.slice(0, place) + filling + text.slice(place + length);
      }, sample);
      return isOrderly(damaged);
    }),
    { numRuns: 2000 },
  );
});
