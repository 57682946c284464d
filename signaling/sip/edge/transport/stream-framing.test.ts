import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES } from '../message/limits.ts';
import { type StreamEvent, StreamFraming } from './stream-framing.ts';

const message = (body: string) =>
  `OPTIONS sip:a SIP/2.0\r\nVia: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function kinds(events: readonly StreamEvent[]): string[] {
  return events.map((event) => (event.kind === 'message' ? event.bytes.toString() : event.kind));
}

describe('StreamFraming', () => {
  it('yields the same messages however the stream is cut', () => {
    const texts = [message(''), message('v=0\r\n\r\nx'), message('\r\n\r\n'), message('é')];
    const whole = Buffer.from(texts.join(''));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const framing = new StreamFraming();
        const points = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const events = points.slice(1).flatMap((end, index) => framing.push(whole.subarray(points[index], end)));
        assert.deepEqual(kinds(events), texts);
        assert.equal(framing.partial, false);
      }),
    );
  });

  it('answers a double CRLF as a ping and skips a single one', () => {
    const framing = new StreamFraming();
    assert.deepEqual(kinds(framing.push(Buffer.from('\r\n'))), []);
    assert.deepEqual(kinds(framing.push(Buffer.from(message('')))), [message('')]);
    assert.deepEqual(kinds(framing.push(Buffer.from('\r\n\r'))), []);
    assert.deepEqual(kinds(framing.push(Buffer.from('\n'))), ['ping']);
    assert.deepEqual(kinds(framing.push(Buffer.from(`\r\n\r\n${message('')}`))), ['ping', message('')]);
  });

  it('knows the compact name, folding, and no Content-Length at all', () => {
    const framing = new StreamFraming();
    assert.equal(framing.push(Buffer.from('A sip:a SIP/2.0\r\nl :\r\n  3\r\n\r\nabc')).length, 1);
    assert.equal(framing.push(Buffer.from('A sip:a SIP/2.0\r\n\r\n')).length, 1);
    assert.equal(framing.partial, false);
  });

  it('stops for good where no length can be known', () => {
    for (const length of ['-1', 'x', '', '1\r\nContent-Length: 2', '99999', '9999999999']) {
      const framing = new StreamFraming();
      const events = framing.push(Buffer.from(`A sip:a SIP/2.0\r\nContent-Length: ${length}\r\n\r\n${message('')}`));
      assert.deepEqual(kinds(events), ['unframeable'], length);
      assert.deepEqual(framing.push(Buffer.from(message(''))), []);
    }
  });

  it('holds no more than one message', () => {
    const framing = new StreamFraming();
    const events = framing.push(Buffer.alloc(MAX_MESSAGE_BYTES + 1, 'x'));
    assert.deepEqual(kinds(events), ['unframeable']);
  });
});
