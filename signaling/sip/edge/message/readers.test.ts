import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCSeq, readRAck } from './cseq.ts';
import { formatHostPort, readHostPort } from './host.ts';
import { isClosed, splitList } from './list.ts';
import { readNameAddr } from './name-addr.ts';
import { formatSipUri, readSipUri } from './uri.ts';
import { readVia, withSource } from './via.ts';

describe('splitList', () => {
  it('leaves quoted and bracketed commas alone', () => {
    assert.deepEqual(splitList('"a,\\",b" <sip:x?a=b,c>, <sip:y>;q="1,2",z'), [
      '"a,\\",b" <sip:x?a=b,c>',
      '<sip:y>;q="1,2"',
      'z',
    ]);
  });
});

describe('isClosed', () => {
  it('sees quotes and brackets that do not close', () => {
    for (const value of ['', 'a,', '"a" <b>', '"<"', '<">', '"\\""']) assert.ok(isClosed(value), value);
    for (const value of ['"', '<', '"a" <b', '"\\"', '"a\\']) assert.ok(!isClosed(value), value);
  });
});

describe('readHostPort', () => {
  it('reads names and addresses of both families', () => {
    assert.deepEqual(readHostPort('example.com : 5070'), { host: 'example.com', port: 5070 });
    assert.deepEqual(readHostPort('[2001:db8::9:1]:6050'), { host: '2001:db8::9:1', port: 6050 });
    assert.deepEqual(readHostPort('[::1]'), { host: '::1', port: undefined });
  });
  it('refuses what is neither', () => {
    for (const text of ['', 'a b', '[::1', '[nonsense]', 'a:0', 'a:65536', 'a:x', '2001:db8::1']) {
      assert.equal(readHostPort(text), undefined, text);
    }
  });
  it('brackets IPv6 when writing', () => {
    assert.equal(formatHostPort('2001:db8::1', 5060), '[2001:db8::1]:5060');
    assert.equal(formatHostPort('192.0.2.1', undefined), '192.0.2.1');
  });
});

describe('readSipUri', () => {
  it('looks for @ before ;', () => {
    const uri = readSipUri('sip:user;par=u%40example.net@example.com');
    assert.equal(uri?.user, 'user;par=u%40example.net');
    assert.equal(uri?.host, 'example.com');
  });
  it('reads and writes parameters and ports', () => {
    const uri = readSipUri('sips:bob@[2001:db8::1]:5061;transport=tcp;lr;maddr=[::1]?subject=x');
    assert.ok(uri);
    assert.equal(uri.parameters.get('transport'), 'tcp');
    assert.ok(uri.parameters.has('lr'));
    assert.equal(uri.headers, 'subject=x');
    assert.equal(formatSipUri(uri), 'sips:bob@[2001:db8::1]:5061;transport=tcp;lr;maddr=[::1]');
  });
  it('refuses other schemes and malformed ones', () => {
    for (const text of ['tel:+1', 'sip:', 'sip:@host', 'sip:a@', 'sip:a b@c', 'a@b', 'sip:x;;y']) {
      assert.equal(readSipUri(text), undefined, text);
    }
  });
});

describe('readNameAddr', () => {
  it('refuses what would swallow or break what is put behind or around it', () => {
    for (const text of ['<sip:a@b>;x="open', '<sip:a@b>;x=<open', 'sip:a>b', '<sip:a<b>', 'sip:a@b;x="open']) {
      assert.equal(readNameAddr(text), undefined, text);
    }
    assert.equal(readNameAddr('<sip:a@b>;x="<";y=<urn:z>')?.parameters.get('y'), '<urn:z>');
  });
  it('reads all the forms', () => {
    assert.deepEqual(readNameAddr('caller<sip:a@b>;tag=1'), {
      displayName: 'caller',
      uri: 'sip:a@b',
      parameters: new Map([['tag', '1']]),
    });
    assert.equal(readNameAddr('"x \\" <y>" <sip:a@b;p> ;  tag = 7')?.parameters.get('tag'), '7');
    const bare = readNameAddr('sip:a@b;tag=3;other');
    assert.equal(bare?.uri, 'sip:a@b');
    assert.equal(bare?.parameters.size, 2);
  });
  it('refuses what does not close', () => {
    for (const text of ['', '"Mr. J <sip:a@b>', '<sip:a', 'a "b" <sip:c>', '<>', '<sip:a>;;', '<sip:a>tag=1']) {
      assert.equal(readNameAddr(text), undefined, text);
    }
  });
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'"<>;=,\\ sip:a@') }), (text) => {
        readNameAddr(text);
        readVia(text);
        readSipUri(text);
      }),
    );
  });
});

describe('readVia', () => {
  it('reads blanks everywhere', () => {
    const via = readVia('SIP  /   2.0 /UDP    192.0.2.2;branch = 390skdjuw');
    assert.equal(via?.transport, 'UDP');
    assert.equal(via?.host, '192.0.2.2');
    assert.equal(via?.parameters.get('branch'), '390skdjuw');
  });
  it('refuses empty parameters', () => {
    assert.equal(readVia('SIP/2.0/UDP 192.0.2.15;;'), undefined);
    assert.equal(readVia(''), undefined);
    assert.equal(readVia('SIP/2.0/UDP'), undefined);
  });
  it('refuses quotes and brackets that would swallow what is added', () => {
    assert.equal(readVia('SIP/2.0/UDP a;branch=z9hG<bK1'), undefined);
    assert.equal(readVia('SIP/</UDP a;received=192.0.2.66'), undefined);
    assert.equal(readVia('SIP/2.0/" a;rport'), undefined);
    assert.equal(readVia('SIP/2.0/UDP a;branch=z9hG4bK1;x="'), undefined);
  });
});

describe('withSource', () => {
  const noted = (text: string) => {
    const via = readVia(text);
    assert.ok(via);
    return withSource(text, via, { address: '192.0.2.9', port: 4000 });
  };
  it('adds received only where the host differs (RFC 3261 §18.2.1)', () => {
    assert.equal(noted('SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1'), 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1');
    assert.equal(noted('SIP/2.0/UDP host;branch=z9hG4bK1'), 'SIP/2.0/UDP host;branch=z9hG4bK1;received=192.0.2.9');
  });
  it('fills rport and replaces forged values (RFC 3581 §4)', () => {
    assert.equal(
      noted('SIP/2.0/UDP 10.0.0.1;rport;received=1.2.3.4;branch=z9hG4bK1'),
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;rport=4000;received=192.0.2.9',
    );
  });
});

describe('readCSeq', () => {
  it('reads leading zeros and refuses what exceeds 32 bits', () => {
    assert.deepEqual(readCSeq('0009  INVITE'), { sequence: 9, method: 'INVITE' });
    assert.equal(readCSeq('36893488147419103232 REGISTER'), undefined);
    assert.equal(readCSeq('1'), undefined);
    assert.deepEqual(readRAck('4711 3 INVITE'), { responseSequence: 4711, sequence: 3, method: 'INVITE' });
  });
});
