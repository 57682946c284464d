import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asnModule } from '../asn1/codec.ts';
import { readSignalAddress } from '../call/transport-address.ts';
import { capturedMessages, capturedRas } from '../captured/captured-messages.ts';
import { type H225, h225 } from '../h225/types.ts';
import { h245 } from '../h245/types.ts';
import { readTransportAddress } from '../media/transport-address.ts';
import { h46018Types } from './h46018-types.ts';
import { h46019Types } from './h46019-types.ts';

const CAPTURE = 'h323plus-h460-18-19.pcap';
const h46018 = asnModule(h46018Types);
const h46019 = asnModule(h46019Types);

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

/** The Setups of the captured calls. */
function setups(): H225<'Setup-UUIE'>[] {
  return capturedMessages(CAPTURE)
    .filter(({ type }) => type === 'H323-UserInformation')
    .map(({ octets }) => h225.decode('H323-UserInformation', octets)['h323-uu-pdu']['h323-message-body'])
    .flatMap((body) => (body.type === 'setup' ? [body.value] : []));
}

/** Parameters of H.460.19 in the channels that are opened or acknowledged. */
function traversalParameters(): Buffer[] {
  return capturedMessages(CAPTURE)
    .filter(({ type }) => type === 'MultimediaSystemControlMessage')
    .map(({ octets }) => h245.decode('MultimediaSystemControlMessage', octets))
    .flatMap((message) => {
      const inner = message.type === 'request' || message.type === 'response' ? message.value : undefined;
      const isOfChannel = inner?.type === 'openLogicalChannel' || inner?.type === 'openLogicalChannelAck';
      return isOfChannel ? (inner.value.genericInformation ?? []) : [];
    })
    .flatMap(({ messageContent }) => messageContent ?? [])
    .flatMap(({ parameterValue }) =>
      parameterValue.type === 'octetString' ? [Buffer.from(parameterValue.value)] : [],
    );
}

test('a gatekeeper tells a room behind a firewall of a call by H.460.18: where to connect, and for which call', () => {
  const [indication] = capturedRas(CAPTURE)
    .map(({ octets }) => h225.decode('RasMessage', octets))
    .flatMap((message) => (message.type === 'serviceControlIndication' ? [message.value] : []));
  const content = indication?.genericData?.[0]?.parameters?.[0]?.content;
  assert.ok(content?.type === 'raw');
  const told = h46018.decode('IncomingCallIndication', content.value);
  assert.deepEqual(readSignalAddress(told.callSignallingAddress), { address: '127.0.0.1', port: 1721 });
  assert.ok(
    setups().some(({ callIdentifier }) => callIdentifier && hex(callIdentifier.guid) === hex(told.callID.guid)),
  );
  assert.deepEqual(h46018.encode('IncomingCallIndication', told), Buffer.from(content.value));
});

test('rooms agree on keep-alives by H.460.19', () => {
  const written = traversalParameters();
  const read = written.map((octets) => h46019.decode('TraversalParameters', octets));
  assert.deepEqual(
    read.map((parameters) => h46019.encode('TraversalParameters', parameters)),
    written,
  );
  const seen = read.map(({ keepAliveChannel, keepAliveInterval, keepAlivePayloadType }) => [
    readTransportAddress(keepAliveChannel)?.port,
    keepAliveInterval,
    keepAlivePayloadType,
  ]);
  // The ports stand in what opens a channel, the payload type in the acknowledgement.
  assert.deepEqual(seen, [
    [50_000, 19, undefined],
    [50_002, 19, undefined],
    [50_000, 19, undefined],
    [50_002, 19, undefined],
    ...Array.from({ length: 4 }, () => [undefined, undefined, 127]),
  ]);
});
