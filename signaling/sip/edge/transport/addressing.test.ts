import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainAddress, sameHost } from '../message/host.ts';
import { readVia } from '../message/via.ts';
import { announcedTo, onIpv6Socket, reaches } from './address.ts';
import { LocalAddresses } from './local-address.ts';
import { reconnectDestination, responseDestination } from './response-destination.ts';

describe('LocalAddresses', () => {
  it('asks once for each peer, and anew after a minute', async () => {
    let now = 0;
    const asked: string[] = [];
    const addresses = new LocalAddresses(
      () => now,
      async (remote) => {
        asked.push(remote);
        return '192.0.2.1';
      },
    );
    assert.equal(addresses.known('10.0.0.1', '198.51.100.1'), '10.0.0.1');
    assert.equal(addresses.known('0.0.0.0', '198.51.100.1'), undefined);
    const both = await Promise.all([addresses.find('::', '198.51.100.1'), addresses.find('0.0.0.0', '198.51.100.1')]);
    assert.deepEqual(both, ['192.0.2.1', '192.0.2.1']);
    assert.equal(addresses.known('0.0.0.0', '198.51.100.1'), '192.0.2.1');
    now = 60_001;
    assert.equal(addresses.known('0.0.0.0', '198.51.100.1'), undefined);
    await addresses.find('0.0.0.0', '198.51.100.1');
    assert.deepEqual(asked, ['198.51.100.1', '198.51.100.1']);
  });

  it('is busy while too many questions are open, and gets over failures', async () => {
    const refuse: (() => void)[] = [];
    const addresses = new LocalAddresses(
      () => 0,
      () => new Promise((_resolve, reject) => refuse.push(() => reject(new Error('no route')))),
    );
    const asked = Array.from({ length: 64 }, (_, index) => addresses.find('::', `10.0.0.${index}`));
    assert.equal(addresses.busy, true);
    for (const fail of refuse) fail();
    assert.ok((await Promise.allSettled(asked)).every(({ status }) => status === 'rejected'));
    assert.equal(addresses.busy, false);
  });

  it('asks the kernel', async () => {
    const addresses = new LocalAddresses(() => 0);
    assert.equal(await addresses.find('0.0.0.0', '127.0.0.1'), '127.0.0.1');
    assert.equal(await addresses.find('::', '::1'), '::1');
  });
});

describe('responseDestination', () => {
  const source = { address: '192.0.2.9', port: 40_000 };
  const to = (via: string) => responseDestination(readVia(via), source).port;

  it('is the sent-by port, or the source port by rport or for peers behind a NAT', () => {
    assert.equal(to('SIP/2.0/UDP 192.0.2.9:5070;branch=x'), 5070);
    assert.equal(to('SIP/2.0/UDP host.example;branch=x'), 5060);
    assert.equal(to('SIP/2.0/UDP 192.0.2.9:5070;rport;branch=x'), 40_000);
    assert.equal(to('SIP/2.0/UDP 10.0.0.1:5070;branch=x'), 40_000);
    assert.equal(responseDestination(undefined, source), source);
  });

  it('never leaves the address of the source', () => {
    assert.deepEqual(responseDestination(readVia('SIP/2.0/UDP h;maddr=203.0.113.1;received=203.0.113.1'), source), {
      address: '192.0.2.9',
      port: 5060,
    });
    assert.deepEqual(reconnectDestination(readVia('SIP/2.0/TCP 203.0.113.1:5070'), source), {
      address: '192.0.2.9',
      port: 5070,
    });
  });
});

describe('addresses', () => {
  it('are plain and of one family', () => {
    assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(plainAddress('2001:db8::1'), '2001:db8::1');
    assert.ok(sameHost('2001:DB8:0::01', '2001:db8::1') && sameHost('::ffff:c000:0201', '192.0.2.1'));
    assert.ok(sameHost('fe80::1%eth0', 'fe80::1') && !sameHost('2001:db8::1', '2001:db8::2'));
    const socket = (address: string, ipv6Only = false) => ({ bound: { address }, ipv6Only });
    assert.equal(reaches(socket('0.0.0.0'), '::1'), false);
    assert.equal(reaches(socket('::'), '192.0.2.1'), true);
    assert.equal(reaches(socket('::', true), '192.0.2.1'), false);
    assert.deepEqual(['192.0.2.1', '::1'].map(onIpv6Socket), ['::ffff:192.0.2.1', '::1']);
    assert.equal(announcedTo('203.0.113.1', '10.0.0.1'), '203.0.113.1');
    assert.equal(announcedTo('203.0.113.1', '2001:db8::1'), '2001:db8::1', 'of no use in the other family');
  });
});
