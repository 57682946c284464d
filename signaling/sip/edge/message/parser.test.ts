import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { requestFault } from './checks.ts';
import { fieldValue, fieldValues, type SipMessage } from './message.ts';
import { parseMessage } from './parser.ts';
import { serializeMessage } from './serializer.ts';

function read(text: string | Buffer): SipMessage {
  const result = parseMessage(Buffer.from(text), 'content-length');
  assert.ok('message' in result, JSON.stringify(result));
  return result.message;
}

function faultsOf(text: string): readonly string[] {
  const result = parseMessage(Buffer.from(text), 'content-length');
  return 'message' in result ? result.faults : [result.unreadable];
}

describe('parseMessage', () => {
  it('reads a request with its fields in order', () => {
    const message = read('OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 3\r\n\r\nabcde');
    assert.equal(message.kind, 'request');
    assert.deepEqual(fieldValues(message, 'X-ONE'), ['1', '2']);
    assert.equal(message.body.toString(), 'abc');
  });

  it('knows compact names, folding, blanks before the colon and bare line feeds', () => {
    const message = read('INVITE sip:a@b SIP/2.0\ni : 7\nSubject: one\n  two\n\tthree\nx: 90\n\n');
    assert.equal(fieldValue(message, 'call-id'), '7');
    assert.equal(fieldValue(message, 'subject'), 'one two three');
    assert.equal(message.headers.find(({ key }) => key === 'session-expires')?.name, 'Session-Expires');
  });

  it('reads a response with and without reason phrase', () => {
    const ok = read('SIP/2.0 200 = 2**3 * 5**2\r\n\r\n');
    assert.deepEqual(ok.kind === 'response' && [ok.status, ok.reason], [200, '= 2**3 * 5**2']);
    const trying = read('SIP/2.0 100 \r\n\r\n');
    assert.deepEqual(trying.kind === 'response' && [trying.status, trying.reason], [100, '']);
  });

  it('writes back byte for byte what it does not understand', () => {
    const text = 'OPTIONS sip:a@b SIP/2.0\r\nX-Strange: \xff\xfe"|;,\r\nSubject: 大停電\r\nContent-Length: 0\r\n\r\n';
    assert.equal(serializeMessage(read(Buffer.from(text))).toString(), Buffer.from(text).toString());
  });

  it('takes the whole rest as body without Content-Length, and counts bytes, not characters', () => {
    const message = read('MESSAGE sip:a@b SIP/2.0\r\nTo: x\r\n\r\nhéllo');
    assert.match(serializeMessage(message).toString(), /Content-Length: 6\r\n\r\nhéllo$/);
  });

  it('names what is malformed', () => {
    assert.deepEqual(faultsOf('OPTIONS sip:a SIP/2.0\r\nContent-Length: -9\r\n\r\nx'), ['malformed Content-Length']);
    assert.deepEqual(faultsOf('OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nxx'), ['malformed Content-Length']);
    assert.deepEqual(faultsOf('OPTIONS sip:a SIP/2.0\r\nl: 9\r\n\r\nxx'), ['Content-Length exceeds the body']);
    assert.deepEqual(faultsOf('OPTIONS sip:a SIP/2.0\r\nnonsense\r\n\r\n'), ['malformed header line']);
    assert.deepEqual(faultsOf('OPTIONS sip:a SIP/2.0\r\nTo: x'), ['no empty line after the header']);
    assert.deepEqual(faultsOf('\r\n\r\n'), ['empty']);
    assert.deepEqual(faultsOf('GET / HTTP/1.1\r\n\r\n'), ['not-sip']);
  });

  it('refuses more than the limits', () => {
    assert.deepEqual(faultsOf(`OPTIONS sip:a SIP/2.0\r\n${'a: b\r\n'.repeat(257)}\r\n`), ['too-many-headers']);
    assert.deepEqual(faultsOf(`OPTIONS sip:a SIP/2.0\r\n\r\n${'x'.repeat(65_536)}`), ['too-large']);
    assert.deepEqual(faultsOf(`OPTIONS sip:a SIP/2.0\r\na: ${'x'.repeat(9000)}\r\n\r\n`), ['header field too long']);
  });

  it('never throws, and reads its own writing alike', () => {
    const line = fc.string({ unit: fc.constantFrom(...' \t:;,<>"=/\\@.SIP20aZ|\r\n'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, isRequest) => {
        const start = isRequest ? 'INVITE sip:a@b SIP/2.0' : 'SIP/2.0 200 OK';
        const result = parseMessage(Buffer.from([start, ...lines].join('\r\n')), 'content-length');
        if (!('message' in result)) return;
        const again = parseMessage(serializeMessage(result.message), 'content-length');
        assert.ok('message' in again);
        const relevant = (message: SipMessage) => message.headers.filter(({ key }) => key !== 'content-length');
        assert.deepEqual(relevant(again.message), relevant(result.message));
      }),
    );
  });
});

describe('RFC 4475', () => {
  /** Valid by RFC 4475 §3.1, §3.2 and §3.3: the parser must take them and no check may refuse them. */
  const VALID =
    'wsinv intmeth esc01 escnull esc02 lwsdisp longreq dblreq semiuri transports mpart01 unreason noreason badbranch ' +
    'unkscm novelsc unksm2 bext01 invut regaut01 bcast zeromf cparam01 cparam02 regescrt sdp01 inv2543';
  /** Malformed such that 400 or 505 is the fitting answer (RFC 4475 §3.1.2, §3.3). */
  const REFUSED: Record<string, number> = {
    badinv01: 400,
    clerr: 400,
    ncl: 400,
    scalar02: 400,
    quotbal: 400,
    ltgtruri: 400,
    lwsruri: 400,
    escruri: 400,
    badvers: 505,
    mismatch01: 400,
    mismatch02: 400,
    insuf: 400,
    multi01: 400,
    mcl01: 400,
    unkscm: 416,
    novelsc: 416,
  };
  const vector = (name: string) => readFileSync(new URL(`../vectors/rfc4475/${name}.dat`, import.meta.url));

  for (const name of VALID.split(' ')) {
    it(`takes ${name}`, () => {
      const result = parseMessage(vector(name), 'content-length');
      assert.ok('message' in result);
      assert.deepEqual(result.faults, []);
      if (result.message.kind === 'request') {
        assert.equal(requestFault(result.message, result.faults)?.status, REFUSED[name]);
      }
    });
  }

  for (const [name, status] of Object.entries(REFUSED)) {
    it(`refuses ${name} by ${status}`, () => {
      const result = parseMessage(vector(name), 'content-length');
      assert.ok('message' in result && result.message.kind === 'request');
      assert.equal(requestFault(result.message, result.faults)?.status, status);
    });
  }
});
