import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import { LOCAL, SESSION, TRANSPORT } from '#codecs/media/example-lines.ts';
import { writeSdp } from '../write.ts';
import { ALL_QUIRKS } from './all-quirks.ts';
import { ANSWER_QUIRKS } from './answer-quirks.ts';
import { CISCO_OFFERS } from './cisco-offers.ts';
import { NOT_YET, TESTED_ELSEWHERE } from './not-here.ts';
import { OTHERS_OFFERS } from './others-offers.ts';
import { POLYCOM_OFFERS } from './polycom-offers.ts';
import { ROOMS_OFFERS } from './rooms-offers.ts';
import { answerTo, described, sent, sentTo } from './what-we-answer.ts';

const OFFER_QUIRKS = [...POLYCOM_OFFERS, ...CISCO_OFFERS, ...ROOMS_OFFERS, ...OTHERS_OFFERS];

describe('habits of real systems in offers', () => {
  for (const { id, who, does, sdp, answer, sends } of OFFER_QUIRKS) {
    test(`${id}: ${who} ${does}`, () => {
      assert.deepEqual(answerTo(sdp), answer);
      assert.equal(sentTo(sdp), sends);
    });
  }
});

const ownOffer = createOffer(LOCAL, TRANSPORT, SESSION);

describe('habits of real systems in answers', () => {
  for (const { id, who, does, sdp, sends, receives } of ANSWER_QUIRKS) {
    test(`${id}: ${who} ${does}`, () => {
      const result = acceptAnswer(ownOffer, described(sdp), LOCAL);
      assert.ok('media' in result);
      assert.equal(sent(result.media), sends);
      const picture = result.media.streams.find((stream) => stream.kind === 'main');
      assert.deepEqual(
        picture?.receive.map(({ payloadType }) => payloadType),
        receives,
      );
    });
  }
});

/** What some system wants of an offer, as it must stand in ours. */
const WANTED: readonly (readonly [id: string, who: string, wanted: string, shown: RegExp])[] = [
  [
    'sdp-polycom-dma-needs-max-fs',
    'Polycom DMA (pjsip/pjproject#1239)',
    'max-fs and max-mbps beside every profile-level-id',
    /^(?!.*a=fmtp:\d+ profile-level-id=(?![^\r\n]*max-fs=\d+;max-mbps=\d+))/s,
  ],
  [
    'sdp-avaya-needs-tias',
    'Avaya video (pjsip/pjproject#1244)',
    'b=AS for the session and b=TIAS for the picture',
    /^b=AS:\d+\r\n[^m]*^t=.*^m=video[^\r\n]*\r\nb=AS:\d+\r\nb=TIAS:\d+/ms,
  ],
  [
    'sdp-grandstream-gui-content-order',
    'Grandstream (its web documentation)',
    'sound as first line, both kinds of b=',
    /^[^m]*^m=audio.*^m=video[^\r\n]*\r\nb=AS:\d+\r\nb=TIAS:\d+/ms,
  ],
  [
    'sip-avaya-488-on-bfcp-app-lines',
    'Avaya rooms (drachtio/drachtio-server#182)',
    'no lines but sound and one picture: camera control and floor control make it answer 488',
    /^(?!.*m=application)(?!.*m=video.*m=video)/s,
  ],
];

describe('what real systems want of an offer', () => {
  const text = writeSdp(ownOffer, { address: '192.0.2.1' });
  for (const [id, who, wanted, shown] of WANTED) {
    test(`${id}: ${who} wants ${wanted}`, () => assert.match(text, shown));
  }
});

test('every habit that is known is tested or explained, and once', () => {
  const elsewhere = [...TESTED_ELSEWHERE, ...NOT_YET].flatMap(({ ids }) => ids);
  const here = [...OFFER_QUIRKS, ...ANSWER_QUIRKS].map(({ id }) => id);
  const told = [...here, ...WANTED.map(([id]) => id), ...elsewhere];
  assert.deepEqual(
    told.filter((id, index) => told.indexOf(id) !== index),
    [],
    'told twice',
  );
  assert.deepEqual(told.toSorted(), [...ALL_QUIRKS].toSorted());
});
