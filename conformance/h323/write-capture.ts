import { tcpPacket, udpPacket } from '#gateway/diagnosis/ip-packet.ts';
import { h225 } from '#signaling/h323/h225/types.ts';
import { ELEMENTS, MESSAGE_TYPES, writeQ931 } from '#signaling/h323/q931/message.ts';
import { writeTpkt } from '#signaling/h323/tpkt/tpkt.ts';

const MAGIC = 0xa1b2c3d4;
const LINK_TYPE_RAW = 101;
const ASN1_DISCRIMINATOR = 5;
const FIRST_PORT = 20_000;
const [FROM, TO] = ['192.0.2.1', '192.0.2.2'] as const;

/** Octets of a message and how they travel. */
export interface Sent {
  readonly type: 'H323-UserInformation' | 'RasMessage' | 'MultimediaSystemControlMessage';
  readonly octets: Uint8Array;
}

/** A capture file with a packet for each message; call signalling goes over connections of its own, H.245 tunnelled in it. */
export function writeCapture(messages: readonly Sent[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16BE(2, 4);
  header.writeUInt16BE(4, 6);
  header.writeUInt32BE(0x40000, 16);
  header.writeUInt32BE(LINK_TYPE_RAW, 20);
  return Buffer.concat([header, ...messages.map(recordOf)]);
}

function recordOf(message: Sent, index: number): Buffer {
  const from = { address: FROM, port: FIRST_PORT + index };
  const packet =
    message.type === 'RasMessage'
      ? udpPacket({ from, to: { address: TO, port: 1719 }, payload: message.octets })
      : tcpPacket({ from, to: { address: TO, port: 1720 }, payload: callSignalling(message) }, 1, 1);
  const record = Buffer.alloc(16);
  record.writeUInt32BE(index, 0);
  record.writeUInt32BE(packet.length, 8);
  record.writeUInt32BE(packet.length, 12);
  return Buffer.concat([record, packet]);
}

function callSignalling({ type, octets }: Sent): Buffer {
  const information =
    type === 'MultimediaSystemControlMessage'
      ? h225.encode('H323-UserInformation', {
          'h323-uu-pdu': {
            'h323-message-body': { type: 'empty', value: null },
            h245Tunneling: true,
            h245Control: [octets],
          },
        })
      : octets;
  const content = Buffer.concat([Buffer.from([ASN1_DISCRIMINATOR]), information]);
  const typeOctet = MESSAGE_TYPES.facility;
  const elements = [{ identifier: ELEMENTS.userUser, content }];
  return writeTpkt(writeQ931({ callReference: 1, isFromDestination: false, typeOctet, elements }));
}
