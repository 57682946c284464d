import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { h245 } from '../h245/types.ts';
import { readQ931 } from '../q931/message.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';

/** A habit of a real system that shows in octets alone. */
interface Quirk {
  readonly id: string;
  readonly who: string;
  readonly does: string;
  readonly source: string;
  /** What comes of it here. */
  check(): void;
}

const PACKET = writeTpkt(Buffer.from([8, 2]));

const QUIRKS: readonly Quirk[] = [
  {
    id: 'h323-tandberg-odd-tpkt-keepalive',
    who: 'Tandberg',
    does: 'keeps a connection alive with 00 03 04 00',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check() {
      const stream = Buffer.concat([Buffer.from('00030400', 'hex'), PACKET, Buffer.from('00030400', 'hex'), PACKET]);
      assert.equal(new TpktReader().push(stream).length, 2);
      const reader = new TpktReader();
      assert.equal(Array.from(stream, (octet) => reader.push(Buffer.from([octet]))).flat().length, 2);
    },
  },
  {
    id: 'h323-cisco-as5300-tpkt-padding',
    who: 'Cisco AS5300',
    does: 'writes something into the reserved octet',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check: () => assert.equal(new TpktReader().push(Buffer.from('037f00060802', 'hex')).length, 1),
  },
  {
    id: 'h323-tpkt-length-over-255',
    who: 'many',
    does: 'send a Setup longer than 255 octets',
    source: 'ntop/nDPI#655',
    check: () => assert.equal(new TpktReader().push(writeTpkt(Buffer.alloc(700, 8)))[0]?.length, 700),
  },
  {
    id: 'h323-cisco-notify-without-uuie',
    who: 'Cisco gateway',
    does: 'sends Notify without a user-user element',
    source: 'asterisk/asterisk addons/ooh323c/src/ooq931.c',
    check: () => assert.equal(readQ931(Buffer.from('080200016e2701f1', 'hex')).type, 'notify'),
  },
  {
    id: 'h245-polycom-h264-oid-truncated',
    who: 'Polycom',
    does: 'leaves off the last number of the packetization of H.264',
    source: 'myforce/opal src/h323/h323pdu.cxx',
    check() {
      const standard = { type: 'standard', value: '0.0.8.241.0.0.0' } as const;
      assert.deepEqual(h245.decode('CapabilityIdentifier', h245.encode('CapabilityIdentifier', standard)), standard);
    },
  },
];

describe('habits of real systems, as far as octets show them', () => {
  for (const { id, who, does, check } of QUIRKS) test(`${id}: ${who} ${does}`, check);
});
