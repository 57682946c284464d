import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOffer } from '#codecs/media/create-offer.ts';
import { LOCAL, line, PCMU, SESSION, TRANSPORT } from '#codecs/media/example-lines.ts';
import { writeSdp } from './write.ts';

test('an offer of ours, line by line', () => {
  const text = writeSdp(createOffer(LOCAL, TRANSPORT, SESSION), { address: '192.0.2.1' });
  assert.equal(
    text,
    [
      'v=0',
      'o=- 7 1 IN IP4 192.0.2.1',
      's=-',
      'c=IN IP4 192.0.2.1',
      'b=AS:2178',
      'b=TIAS:2128000',
      't=0 0',
      'm=audio 20000 RTP/AVP 96 9 8 0 100 101',
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96 useinbandfec=1',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:100 telephone-event/48000',
      'a=fmtp:100 0-15',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      'a=rtcp-mux',
      'm=video 20002 RTP/AVP 97 98 102 103 104 106 105 34 31',
      'b=AS:2047',
      'b=TIAS:2000000',
      'a=rtpmap:97 H264/90000',
      'a=fmtp:97 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:98 H264/90000',
      'a=fmtp:98 profile-level-id=42e01f;packetization-mode=0;level-asymmetry-allowed=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:102 H264/90000',
      'a=fmtp:102 profile-level-id=640c1f;packetization-mode=1;level-asymmetry-allowed=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:103 H264/90000',
      'a=fmtp:103 profile-level-id=64001f;packetization-mode=1;level-asymmetry-allowed=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:104 VP8/90000',
      'a=fmtp:104 max-fs=8192;max-fr=30',
      'a=rtpmap:106 H263-2000/90000',
      'a=fmtp:106 CIF=1;QCIF=1',
      'a=rtpmap:105 H263-1998/90000',
      'a=fmtp:105 CIF=1;QCIF=1',
      'a=rtpmap:34 H263/90000',
      'a=fmtp:34 CIF=1;QCIF=1',
      'a=rtpmap:31 H261/90000',
      'a=fmtp:31 CIF=1;QCIF=1',
      'a=rtcp-fb:* nack',
      'a=rtcp-fb:* nack pli',
      'a=rtcp-fb:* ccm fir',
      'a=sendrecv',
      'a=rtcp-mux',
      '',
    ].join('\r\n'),
  );
});

test('a stream elsewhere has a c= line of its own, IPv6 is IP6', () => {
  const text = writeSdp(
    { streams: [line('audio', [PCMU], { address: { address: '2001:db8::7', port: 5000 } })] },
    { address: '192.0.2.1' },
  );
  assert.match(text, /\r\nm=audio 5000 RTP\/AVP 0\r\nc=IN IP6 2001:db8::7\r\n/);
});

test('a refused line is bare', () => {
  const refused = line('unsupported', [], {
    mediaType: 'application',
    protocol: 'UDP/BFCP',
    formats: ['*'],
    address: { address: '192.0.2.1', port: 0 },
  });
  assert.ok(
    writeSdp({ streams: [refused] }, { address: '192.0.2.1' }).endsWith('t=0 0\r\nm=application 0 UDP/BFCP *\r\n'),
  );
  assert.ok(
    writeSdp({ streams: [{ ...refused, formats: [] }] }, { address: '192.0.2.1' }).endsWith(
      'm=application 0 UDP/BFCP 0\r\n',
    ),
  );
});

test('what would break a line is refused', () => {
  const streams = [line('audio', [PCMU])];
  assert.throws(() => writeSdp({ streams }, { address: 'host.example' }), RangeError);
  for (const changes of [
    { mid: 'a\r\nm=audio 1 RTP/AVP 0' },
    { label: 'two words' },
    { content: '' },
    { protocol: 'RTP/AVP 0' },
    { bitRate: 0.5 },
    { address: { address: '192.0.2.1', port: 65_536 } },
    { address: { address: '192.0.2.1\r\n', port: 5000 } },
  ]) {
    assert.throws(
      () => writeSdp({ streams: [line('audio', [PCMU], changes)] }, { address: '192.0.2.1' }),
      RangeError,
      JSON.stringify(changes),
    );
  }
});
