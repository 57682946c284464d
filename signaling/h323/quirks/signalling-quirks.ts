import assert from 'node:assert/strict';
import { dialledIn } from '../call/dialled.ts';
import { readCallMessage } from '../h225/message.ts';
import { writeCallState, writeCause } from '../q931/elements.ts';
import { ELEMENTS } from '../q931/message.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { AttemptPair } from './attempt-pair.ts';
import type { H323Quirk } from './quirk.ts';
import { ANSWERING, CONNECT, SignallingSide, setupOf } from './signalling-side.ts';

const PACKET = writeTpkt(Buffer.from([8, 2]));
/** H.221's codes: country of T.35, manufacturer there. */
const CISCO = { vendor: { t35CountryCode: 181, t35Extension: 0, manufacturerCode: 18 } } as const;
const POLYCOM = { vendor: { t35CountryCode: 181, t35Extension: 0, manufacturerCode: 9009 } } as const;

/** Setup, CallProceeding, Alerting and Connect of ours. */
function ourMessages() {
  const called = new SignallingSide({ direction: 'inbound' }).invited();
  called.signalling.alert();
  called.signalling.connect();
  return [...new SignallingSide().call().sent, ...called.sent];
}

/** Habits that show in call signalling: TPKT, Q.931 and H.225.0. */
export const SIGNALLING_QUIRKS: readonly H323Quirk[] = [
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
    does: 'send a Setup longer than 255 octets, in pieces',
    source: 'ntop/nDPI#655',
    check() {
      const aliases = Array.from({ length: 60 }, (_, index) => ({
        type: 'h323-ID' as const,
        value: `a room with a long name, number ${index}`,
      }));
      const stream = writeTpkt(setupOf({ destinationAddress: aliases }).octets);
      assert.ok(stream.length > 4000);
      const reader = new TpktReader();
      const packets = [0, 3, 4, 200, 256, 1400].flatMap((from, index, cuts) =>
        reader.push(stream.subarray(from, cuts[index + 1])),
      );
      const body = packets.map(readCallMessage)[0]?.pdu['h323-message-body'];
      assert.ok(body?.type === 'setup');
      assert.deepEqual(body.value.destinationAddress, aliases);
    },
  },
  {
    id: 'h323-cisco-notify-without-uuie',
    who: 'Cisco gateway',
    does: 'sends Notify and Status without a user-user element',
    source: 'asterisk/asterisk addons/ooh323c/src/ooq931.c',
    check() {
      const side = new SignallingSide().call();
      // A notification indicator: the call is put on hold.
      side.receive('notify', undefined, [{ identifier: ELEMENTS.notificationIndicator, content: Buffer.from([0xf9]) }]);
      side.receive('status', undefined, [writeCause({ value: 30, location: 0 }), writeCallState('active')]);
      side.receive('alerting', undefined);
      side.receive('connect', { 'h323-message-body': CONNECT });
      assert.deepEqual(side.told, ['ringing', 'connected', 'connection ours']);
      side.receive('releaseComplete', undefined, [writeCause({ value: 16, location: 0 })]);
      assert.equal(side.told.at(-1), 'released remote-hangup');
    },
  },
  {
    id: 'h323-codian-v7-displayname',
    who: 'Codian MCU',
    does: 'refuses a Setup that has fields of version 7',
    source: 'willamowius/h323plus src/h323pdu.cxx',
    check() {
      const bodies = ourMessages().map(({ pdu }) => pdu['h323-message-body']);
      assert.deepEqual(
        bodies.map(({ type }) => type),
        ['setup', 'callProceeding', 'alerting', 'connect'],
      );
      for (const body of bodies) {
        assert.ok(body.type !== 'unknown' && body.value !== null && 'protocolIdentifier' in body.value);
        assert.equal(body.value.protocolIdentifier, '0.0.8.2250.0.5');
        assert.ok(!('displayName' in body.value), body.type);
      }
    },
  },
  {
    id: 'h323-codian-connect-no-bearer',
    who: 'Codian MCU',
    does: 'takes no Connect with a bearer capability',
    source: 'willamowius/h323plus src/q931.cxx',
    check() {
      const bearers = ourMessages().map(
        ({ type, elements }) =>
          `${type} ${elements.filter(({ identifier }) => identifier === ELEMENTS.bearerCapability).length}`,
      );
      assert.deepEqual(bearers, ['setup 1', 'callProceeding 0', 'alerting 0', 'connect 0']);
    },
  },
  {
    id: 'h323-polycom-m100-crash-no-destaddr',
    who: 'Polycom m100',
    does: 'crashes when a Setup names no destCallSignalAddress',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check() {
      for (const aliases of [[], [{ type: 'h323-ID', value: 'room' } as const]]) {
        const body = new SignallingSide().call({ aliases }).sent[0]?.pdu['h323-message-body'];
        assert.ok(body?.type === 'setup');
        const address = body.value.destCallSignalAddress;
        assert.ok(address?.type === 'ipAddress');
        assert.deepEqual([[...address.value.ip], address.value.port], [[192, 0, 2, 9], 1720]);
      }
    },
  },
  {
    id: 'h323-polycom-status-flood-after-notify',
    who: 'Polycom RealPresence',
    does: 'answers Notify with a flood of Status',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check() {
      const side = new SignallingSide().call();
      side.receive('connect', { 'h323-message-body': CONNECT });
      const before = side.sent.length;
      for (let index = 0; index < 1000; index++) {
        side.receive('status', undefined, [writeCause({ value: 97, location: 0 }), writeCallState('active')]);
      }
      assert.equal(side.sent.length, before, 'no Status is answered');
      assert.ok(!side.told.some((what) => what.startsWith('released')));
      assert.ok(![...side.names, ...ourMessages().map(({ type }) => type)].includes('notify'));
    },
  },
  {
    id: 'h323-polycom-domain-alias',
    who: 'Polycom rooms',
    does: 'write domain##alias as one alias',
    source: 'willamowius/gnugk Routing.cxx',
    check() {
      const dialled = (value: string) => {
        const { message, value: setup } = setupOf({ destinationAddress: [{ type: 'h323-ID', value }] });
        return dialledIn(setup, message);
      };
      assert.deepEqual(dialled('school.example##1001'), { target: '1001', pin: undefined });
      assert.deepEqual(dialled('192.0.2.1##1001#77'), { target: '1001', pin: '77' });
      assert.deepEqual(dialled('##1001'), { target: '1001', pin: undefined });
      assert.deepEqual(dialled('1001#77'), { target: '1001', pin: '77' });
      assert.deepEqual(dialled('1001##77'), { target: '1001', pin: '77' });
    },
  },
  {
    id: 'h323-innovaphone-tunnel-flag',
    who: 'Innovaphone',
    does: 'forgets the flag of the tunnel in some messages',
    source: 'willamowius/gnugk ProxyChannel.cxx; H.460.17 is not there, the flag is the same',
    check() {
      const side = new SignallingSide().call();
      side.receive('callProceeding', { 'h323-message-body': { type: 'callProceeding', value: ANSWERING } });
      side.receive('connect', { 'h323-message-body': CONNECT, h245Tunneling: true });
      side.receive('facility', {
        'h323-message-body': { type: 'empty', value: null },
        h245Control: [Buffer.from([1])],
      });
      assert.deepEqual(side.told, ['tunnel', 'connected', 'h245 1']);
      assert.ok(side.signalling.tunnels);
    },
  },
  {
    id: 'h323-scopia-vc240-no-h245address',
    who: 'Radvision Scopia VC240',
    does: 'never says where it takes H.245',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const side = new SignallingSide({ tunnelling: false }).call();
      side.receive('connect', { 'h323-message-body': CONNECT, h245Tunneling: false });
      assert.deepEqual(side.told, ['connected', 'connection ours']);
      side.signalling.listensForH245({ address: '192.0.2.1', port: 2000 });
      const body = side.sent.at(-1)?.pdu['h323-message-body'];
      assert.ok(body?.type === 'facility');
      assert.equal(body.value.reason.type, 'startH245');
      assert.equal(body.value.h245Address?.type === 'ipAddress' && body.value.h245Address.value.port, 2000);
    },
  },
  {
    id: 'h323-h245address-despite-tunnel',
    who: 'many',
    does: 'name an address for H.245 although it is tunnelled',
    source: 'willamowius/gnugk docs/manual/routedmode.sgml',
    check() {
      const side = new SignallingSide().call();
      const h245Address = { type: 'ipAddress', value: { ip: Buffer.from([192, 0, 2, 9]), port: 2001 } } as const;
      side.receive('connect', {
        'h323-message-body': { ...CONNECT, value: { ...CONNECT.value, h245Address } },
        h245Tunneling: true,
      });
      assert.deepEqual(side.told, ['tunnel', 'connected']);
      const called = new SignallingSide({ direction: 'inbound' }).invited({ h245Address }, { h245Tunneling: true });
      assert.deepEqual(called.told, ['tunnel']);
    },
  },
  {
    id: 'h323-cisco-emptyfacility-keepalive',
    who: 'Cisco',
    does: 'keeps the connection alive by Facility without contents, and takes no empty TPKT packet',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const side = new SignallingSide().call();
      side.receive('connect', { 'h323-message-body': CONNECT, h245Tunneling: true });
      const [sent, told] = [side.sent.length, side.told.length];
      for (let index = 0; index < 100; index++) {
        side.receive('facility', { 'h323-message-body': { type: 'empty', value: null }, h245Tunneling: true });
        side.receive('facility', undefined);
      }
      assert.deepEqual([side.sent.length, side.told.length], [sent, told]);
      const pair = new AttemptPair(CISCO);
      pair.pass(600_000);
      assert.ok(pair.packets.length > 0 && pair.packets.every(({ length }) => length > 0));
      assert.deepEqual(pair.told.toSorted(), ['inbound connected', 'outbound connected']);
    },
  },
  {
    id: 'h245-cisco-rtd-stops-rtp',
    who: 'Cisco IOS',
    does: 'stops to send media when it is asked for the round trip again and again',
    source: 'myforce/opal src/h323/h323neg.cxx',
    check() {
      const requests = (pair: AttemptPair) =>
        pair.names().filter((name) => name === 'request roundTripDelayRequest').length;
      const [cisco, polycom] = [new AttemptPair(CISCO), new AttemptPair(POLYCOM)];
      for (const pair of [cisco, polycom]) {
        pair.pass(600_000);
      }
      assert.equal(requests(cisco), 0);
      assert.equal(requests(polycom), 30, 'others are asked every 20 s');
    },
  },
  {
    id: 'h245-polycom-keepalive-userinput',
    who: 'Polycom',
    does: 'is upset by empty packets on H.245: what keeps it alive must be a message',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check() {
      const pair = new AttemptPair(POLYCOM);
      const before = pair.packets.length;
      pair.pass(600_000);
      const idle = pair.names(pair.packets.slice(before));
      assert.deepEqual([...new Set(idle)].toSorted(), [
        'facility',
        'request roundTripDelayRequest',
        'response roundTripDelayResponse',
      ]);
    },
  },
];
