import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { read } from './example-sdp.ts';

describe('what a video line is for', () => {
  const video = (port: number, ...attributes: readonly string[]) => [
    `m=video ${port} RTP/AVP 97`,
    'a=rtpmap:97 H264/90000',
    ...attributes,
  ];
  const kinds = (...lines: readonly string[]) => read(['v=0', ...lines].join('\r\n')).streams.map(({ kind }) => kind);

  for (const floor of ['1 mstrm:3', '1 m-stream:3', '1 mstrm 3', '1 mstrm:9 3']) {
    test(`content first, told by the label of a=floorid:${floor}`, () => {
      const lines = [
        ...video(5000, 'a=label:3'),
        ...video(5002, 'a=label:1'),
        'm=application 5004 UDP/BFCP *',
        `a=floorid:${floor}`,
      ];
      assert.deepEqual(kinds(...lines), ['content', 'main', 'floor']);
    });
  }

  test('a=content beats the label and the order', () => {
    assert.deepEqual(kinds(...video(5000, 'a=content:slides'), ...video(5002, 'a=content:main')), ['content', 'main']);
  });

  test('the second video line that says nothing is content, unless it is the same port again', () => {
    assert.deepEqual(kinds(...video(5000), ...video(5002)), ['main', 'content']);
    assert.deepEqual(kinds(...video(5000), ...video(5000)), ['main', 'main']);
  });

  test('a line that says nothing is content where another says that it is main', () => {
    assert.deepEqual(kinds(...video(5000), ...video(5002, 'a=content:main')), ['content', 'main']);
  });

  test('m=text, m=message and applications are unsupported', () => {
    assert.deepEqual(kinds('m=text 5000 RTP/AVP 98', 'm=message 9 TCP/MSRP *', 'm=x-custom 9 x.y-z/1 a b'), [
      'unsupported',
      'unsupported',
      'unsupported',
    ]);
  });
});
