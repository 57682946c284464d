import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameError, FrameReader, writeFrame } from './frame.ts';
import { formatTime, readPayload, writeLeader } from './payload.ts';
import { Router } from './router.ts';

describe('FrameReader', () => {
  it('counts bytes, and yields the same payloads however the stream is cut', () => {
    const payloads = ['a|ping', 'héllo|大', '#', `b|sip||\r\n${'x'.repeat(70_000)}`];
    const whole = Buffer.concat(payloads.map((payload) => encodeFrame(Buffer.from(payload))));
    assert.equal(encodeFrame(Buffer.from('é')).toString(), '2#é');
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), (cuts) => {
        const reader = new FrameReader();
        const points = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const read = points.slice(1).flatMap((end, index) => reader.push(whole.subarray(points[index], end)));
        assert.deepEqual(read.map(String), payloads);
      }),
    );
  });

  it('refuses what is no frame', () => {
    for (const text of ['#x', '0#', 'x', '12x', '123456', '123456#', '-1#x', 'GET / HTTP']) {
      assert.throws(() => new FrameReader().push(Buffer.from(text)), FrameError, text);
    }
    assert.deepEqual(new FrameReader().push(Buffer.from('99999')), []);
  });
});

describe('payloads', () => {
  it('part at the first CR', () => {
    const { fields, text } = readPayload(Buffer.from('id|sip||d\r\nACK x SIP/2.0\r\n\r\n'));
    assert.deepEqual(fields, ['id', 'sip', '', 'd']);
    assert.equal(text.toString(), 'ACK x SIP/2.0\r\n\r\n');
    assert.equal(readPayload(Buffer.from('id|ping')).text.length, 0);
  });
  it('let no field break the leader', () => {
    assert.equal(writeFrame(writeLeader(['a|b', 'c\r\nd']), Buffer.from('x')).toString(), '11#a b|c  d\r\nx');
  });
  it('tell the time to the microsecond', () => {
    assert.equal(formatTime(Date.UTC(2026, 0, 2, 16, 13, 44, 97) + 0.999), '16:13:44.097999');
  });
});

describe('Router', () => {
  it('gives each kind in turn', () => {
    const router = new Router<string>();
    router.add('invite', 'a');
    router.add('invite', 'b');
    router.add('invite', 'a');
    router.add('bye', 'b');
    assert.deepEqual([router.next('invite'), router.next('invite'), router.next('invite')], ['a', 'b', 'a']);
    router.removeAll('b');
    assert.deepEqual([router.next('invite'), router.next('bye')], ['a', undefined]);
    assert.deepEqual(router.verbs(), ['invite']);
  });
});
