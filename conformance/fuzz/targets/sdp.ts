import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import type { MediaDescription } from '#codecs/media/description.ts';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const VECTORS = new URL('../../../codecs/sdp/vectors/', import.meta.url);
const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });
const ADDRESS = '192.0.2.1';
const TRANSPORT = {
  audio: { address: ADDRESS, port: 20_000 },
  main: { address: ADDRESS, port: 20_002 },
};
const SESSION = { origin: { sessionId: '1', version: '1' } };
const OFFER = createOffer(CAPABILITIES, TRANSPORT, SESSION);

/** A description is read or its fault named; answers keep every line in its place and can be read. */
export const target: FuzzTarget = {
  title: 'session descriptions, and what is answered to them',
  maximumLength: 66_000,
  seeds: () => [
    ...readdirSync(VECTORS)
      .filter((name) => name.endsWith('.sdp'))
      .sort()
      .map((name) => readFileSync(new URL(name, VECTORS))),
    Buffer.from(writeSdp(OFFER, { address: ADDRESS })),
  ],
  dictionary: [
    ...[
      '\r\n',
      '\n',
      '\r',
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.9',
      'c=IN IP6 2001:db8::1',
      'c=IN IP4 224.0.0.1/127/3',
      'b=TIAS:64000',
    ],
    ...[
      'b=AS:2048',
      'b=CT:',
      'm=audio 5000 RTP/AVP 0 8 9 96',
      'm=video 5002 RTP/AVP 97',
      'm=video 0 RTP/AVP 97',
      'm=application 1 TCP/BFCP *',
    ],
    ...[
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:97 H264/90000',
      'a=rtpmap:97 VP8/90000',
      'a=rtpmap:101 telephone-event/8000',
    ],
    ...[
      'a=fmtp:97 ',
      'profile-level-id=42801f',
      'packetization-mode=1',
      'max-fs=3600',
      'sprop-parameter-sets=Z0IAFA==,aM4=',
      ';',
      '=',
    ],
    ...[
      'a=rtcp-fb:* ccm fir tmmbr',
      'a=rtcp-fb:97 nack pli',
      'a=rtcp:5001 IN IP4 192.0.2.7',
      'a=rtcp-mux',
      'a=rtcp-rsize',
    ],
    ...[
      'a=sendonly',
      'a=recvonly',
      'a=inactive',
      'a=sendrecv',
      'a=ptime:20',
      'a=mid:1',
      'a=label:12',
      'a=content:slides',
      'a=floorid:1 mstrm:12',
    ],
    ...['RTP/AVPF', 'RTP/SAVP', 'a=floorid:1 m-stream:', '/90000', '\0', '\u00a0', '\u2028', '  '],
  ],
  examine(input) {
    const text = input.toString('utf8');
    const read = readSdp(text);
    if ('fault' in read) {
      assert.ok(read.fault.length > 0);
      return;
    }
    const { description } = read;
    assert.ok(description.streams.length <= 32);
    assert.ok(description.streams.every(({ formats, codecs }) => formats.length <= 128 && codecs.length <= 128));
    const written = writeSdp(description, { address: ADDRESS });
    // Formats without their codecs, or 0 in the place of none, are read as what they stand for: nothing of ours is written so.
    const isWhole = description.streams.every(({ address, formats, codecs }) =>
      address.port === 0 ? formats.length > 0 : codecs.length > 0,
    );
    if (isWhole)
      assert.equal(
        writeSdp(reread(written), { address: ADDRESS }),
        written,
        'what was written once is written so again',
      );
    answer(description);
  },
};

function reread(written: string): MediaDescription {
  const read = readSdp(written);
  assert.ok('description' in read, 'what was written can be read');
  return read.description;
}

/** Takes the description as an offer and as an answer. */
function answer(description: MediaDescription): void {
  const agreed = negotiate(description, CAPABILITIES, TRANSPORT, SESSION);
  if (!('failure' in agreed)) {
    assert.equal(agreed.answer.streams.length, description.streams.length, 'every line keeps its place');
    const again = reread(writeSdp(agreed.answer, { address: ADDRESS }));
    assert.equal(again.streams.length, description.streams.length);
    reread(
      writeSdp(createOffer(CAPABILITIES, TRANSPORT, { ...SESSION, previous: agreed.answer }), { address: ADDRESS }),
    );
  }
  acceptAnswer(OFFER, description, CAPABILITIES);
}
