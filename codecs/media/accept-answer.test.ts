import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { acceptAnswer } from './accept-answer.ts';
import { createOffer } from './create-offer.ts';
import type { StreamDescription } from './description.ts';
import { events, G722, h264, h264Of, LOCAL, line, PCMU, SESSION, TRANSPORT } from './example-lines.ts';

describe('an answer to us', () => {
  const offer = createOffer(LOCAL, TRANSPORT, SESSION);
  const accepted = (streams: readonly StreamDescription[]) => {
    const result = acceptAnswer(offer, { streams }, LOCAL);
    assert.ok('media' in result, 'no common media');
    return result.media.streams;
  };

  test('with codecs that we never offered is cut down to what we did', () => {
    const [audio] = accepted([line('audio', [{ ...G722, payloadType: 9 }, events(127, 16000)])]);
    assert.equal(audio?.send.name, 'G722');
    assert.ok(audio.kind === 'audio' && audio.telephoneEvent === undefined);
  });

  test('with another payload type for the same configuration: theirs is sent, both are received', () => {
    const [, video] = accepted([
      line('audio', [PCMU]),
      line('main', [h264(111, { profile: 'high', profileSpelling: 0x6400 })]),
    ]);
    assert.equal(video?.send.payloadType, 111);
    assert.ok(video.receive.some(({ payloadType }) => payloadType === 103));
    assert.ok(video.receive.some(({ payloadType }) => payloadType === 111));
  });

  test('that leaves the packetization mode out is still sent to in the mode that it names', () => {
    const [, video] = accepted([line('audio', [PCMU]), line('main', [h264(97, { packetizationMode: 0 })])]);
    assert.equal(h264Of(video?.send).packetizationMode, 0);
    assert.equal(h264Of(video?.receive[0]).packetizationMode, 1);
  });

  test('refused or missing lines do not run', () => {
    const off = { address: { address: '198.51.100.2', port: 0 } };
    assert.deepEqual(
      accepted([line('audio', [PCMU]), line('main', [h264(97)], off)]).map(({ kind }) => kind),
      ['audio'],
    );
    assert.deepEqual(
      accepted([line('audio', [PCMU])]).map(({ kind }) => kind),
      ['audio'],
    );
    assert.deepEqual(acceptAnswer(offer, { streams: [] }, LOCAL), { failure: 'no-common-media' });
  });

  test('held by the peer: we do not send', () => {
    const [audio] = accepted([line('audio', [PCMU], { direction: 'sendonly' })]);
    assert.equal(audio?.direction, 'recvonly');
  });

  test('rtcp-mux runs only if answered', () => {
    assert.equal(accepted([line('audio', [PCMU])])[0]?.rtcpMux, false);
    assert.equal(accepted([line('audio', [PCMU], { rtcpMux: true })])[0]?.rtcpMux, true);
  });

  test('rtcp-mux that we did not offer does not run', () => {
    const plain = { streams: offer.streams.map((ours) => ({ ...ours, rtcpMux: false })) };
    const result = acceptAnswer(plain, { streams: [line('audio', [PCMU], { rtcpMux: true })] }, LOCAL);
    assert.ok('media' in result);
    assert.equal(result.media.streams[0]?.rtcpMux, false);
  });

  test('a payload type of ours without the mode that we gave it is still ours', () => {
    const onlyMode1 = { ...LOCAL, video: LOCAL.video.filter((codec) => codec.payloadType === 97) };
    const result = acceptAnswer(
      createOffer(onlyMode1, TRANSPORT, SESSION),
      { streams: [line('audio', [PCMU]), line('main', [h264(97, { packetizationMode: 0 })])] },
      onlyMode1,
    );
    assert.ok('media' in result);
    assert.equal(result.media.streams[1]?.send.payloadType, 97);
  });
});
