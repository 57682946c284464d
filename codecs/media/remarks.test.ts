import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { acceptAnswer } from './accept-answer.ts';
import { arbitraryDescription } from './arbitrary-description.ts';
import type { MediaDescription, StreamDescription } from './description.ts';
import { events, G722, h264, LOCAL, line, OPUS, PCMA, SESSION, TRANSPORT } from './example-lines.ts';
import { FULL_FEEDBACK } from './feedback.ts';
import { negotiate } from './negotiate.ts';
import { negotiationRemarks } from './remarks.ts';

function remarks(...streams: StreamDescription[]): string[] {
  const result = negotiate({ streams }, LOCAL, TRANSPORT, SESSION);
  return negotiationRemarks({ streams }, LOCAL, 'media' in result ? result.media : { streams: [] });
}

const VP8 = { name: 'VP8', payloadType: 100, clockRate: 90_000, vp8: {}, feedback: FULL_FEEDBACK } as const;

describe('an offer', () => {
  const REASONS: readonly [what: string, line: StreamDescription, remark: RegExp][] = [
    [
      'switched off',
      line('main', [h264(97)], { address: { address: '192.0.2.9', port: 0 } }),
      /the peer has disabled it/,
    ],
    ['encrypted', line('audio', [PCMA], { protocol: 'RTP/SAVP' }), /RTP\/SAVP is not spoken here/],
    ['slides', line('content', [h264(97)]), /content sharing is not done here/],
    ['a far camera', line('fecc', [], { mediaType: 'application' }), /camera control is not done here/],
    ['BFCP', line('floor', [], { mediaType: 'application', protocol: 'UDP/BFCP' }), /floor control is not done here/],
    [
      'a chat',
      line('unsupported', [], { mediaType: 'message', protocol: 'TCP/MSRP' }),
      /message TCP\/MSRP is not done/,
    ],
    ['H.263 alone', line('main', [], { formats: ['34'] }), /none of its formats is known here \(34\)/],
    ['events alone', line('audio', [events(101, 8000)]), /no codec in common: telephone-event\/101 against opus/],
  ];
  for (const [what, refused, remark] of REASONS) {
    test(`${what}: refused with the reason`, () => {
      const [first, second] = remarks(refused, line('audio', [G722]));
      assert.match(first ?? '', /^line 1, .*: refused, /);
      assert.match(first ?? '', remark);
      assert.match(second ?? '', /^line 2, sound: sendrecv, sending G722\/9/);
    });
  }

  test('the second of a kind yields to the first', () => {
    const [, second] = remarks(line('main', [h264(97)]), line('main', [h264(97)]));
    assert.match(second ?? '', /refused, line 1 is the one in use/);
  });

  test('what runs is told with codec, way, rate and feedback, and why others were left out', () => {
    const [sound, picture] = remarks(
      line('audio', [PCMA, OPUS, events(101, 8000)], { formats: ['8', '114', '101', '115'] }),
      line('main', [VP8, h264(97, {}, FULL_FEEDBACK)], { bitRate: 512_000 }),
    );
    assert.match(sound ?? '', /sending opus\/114 to 198\.51\.100\.2:5000, 20 ms a packet, taking opus\/114, PCMA\/8/);
    assert.match(sound ?? '', /telephone events; left out: formats not known here: 115/);
    assert.match(picture ?? '', /sending H264\/97 constrained-baseline 3\.1 mode 1 to .* at most 512 kbit\/s/);
    assert.match(picture ?? '', /feedback nack, pli, fir; left out: VP8\/100 \(H264 comes first with us\)/);
  });

  test('without feedback it is told how key frames are asked for', () => {
    assert.match(remarks(line('main', [h264(97)]))[0] ?? '', /feedback none: key frames are asked for by signalling/);
  });
});

test('an answer to our offer: what the peer refused, and what is not there', () => {
  const offer: MediaDescription = { streams: [line('audio', [OPUS, PCMA]), line('main', [h264(97)])] };
  const answer: MediaDescription = {
    streams: [line('audio', [PCMA]), line('main', [], { address: { address: '192.0.2.9', port: 0 } })],
  };
  const result = acceptAnswer(offer, answer, LOCAL);
  assert.ok('media' in result);
  const [sound, picture] = negotiationRemarks(answer, offer, result.media);
  assert.match(sound ?? '', /sending PCMA\/8/);
  assert.match(picture ?? '', /refused, by the peer/);
  const [, missing] = negotiationRemarks({ streams: answer.streams.slice(0, 1) }, offer, result.media);
  assert.equal(missing, 'line 2: the answer has no such line');
});

test('whatever is offered, each line has its remark, and it says refused where the negotiation says so', () => {
  fc.assert(
    fc.property(arbitraryDescription, (offer) => {
      const result = negotiate(offer, LOCAL, TRANSPORT, SESSION);
      const media = 'media' in result ? result.media : { streams: [] };
      const told = negotiationRemarks(offer, LOCAL, media);
      assert.equal(told.length, offer.streams.length);
      for (const [index, remark] of told.entries()) {
        const runs = media.streams.some((stream) => stream.index === index);
        assert.equal(/: refused, /.test(remark), !runs, remark);
      }
    }),
  );
});
