import type { TransportAddress } from '#codecs/media/description.ts';
import { ENDPOINT } from '#signaling/h323/application/endpoint.ts';
import type { CallSignallingOptions } from '#signaling/h323/call/call-signalling-options.ts';
import {
  facilityMessage,
  releaseMessage,
  type SignallingMessage,
  setupMessage,
} from '#signaling/h323/call/signalling-messages.ts';
import { writeCallMessage } from '#signaling/h323/h225/message.ts';
import { type H245, h245 } from '#signaling/h323/h245/types.ts';
import { writeFastProposals } from '#signaling/h323/media/fast-start.ts';
import { writeTpkt } from '#signaling/h323/tpkt/tpkt.ts';

/** Stands for the identifier of a call in what is written once for all calls. */
const IDENTIFIER = Buffer.alloc(16, 0xa7);
/** Where the call reference stands: behind TPKT's header and Q.931's first two octets. */
const REFERENCE = 6;
const PCMU = { name: 'PCMU', payloadType: 0, clockRate: 8000, channels: 1 } as const;
/** 64 kbit/s channels. */
const RATE = 1;
/** A terminal without MC (H.245 table 3): whoever is called is master. */
const TERMINAL = 50;
const H245_VERSION = '0.0.8.245.0.8';

/** What a caller says, for any call: written once, as the caller is not to be what is measured. */
export class ScriptedMessages {
  /** Fast start with sound in G.711, H.245 in the tunnel. */
  readonly setup: Template;
  readonly capabilities: Template;
  readonly capabilitiesAck: Template;
  readonly determination: Template;
  readonly determinationAck: Template;
  readonly release: Template;

  /** Calls of `from`, where nobody listens for media, to `number` at `to`. */
  constructor(from: TransportAddress, to: TransportAddress, number: string) {
    const options: CallSignallingOptions = {
      direction: 'outbound',
      callReference: 0,
      callIdentifier: IDENTIFIER,
      conferenceIdentifier: IDENTIFIER,
      endpoint: ENDPOINT,
      displayName: 'Room',
      tunnelling: true,
    };
    const media = {
      kind: 'audio',
      index: 0,
      rtcpMux: false,
      direction: 'sendrecv',
      remote: from,
      remoteRtcp: from,
      send: PCMU,
      receive: [PCMU],
      packetTime: 20,
    } as const;
    const tunnel = (...messages: H245<'MultimediaSystemControlMessage'>[]) =>
      template(facilityMessage(options, 'transportedInformation', undefined), messages);
    this.setup = template(
      setupMessage(options, {
        aliases: [{ type: 'dialedDigits', value: number }],
        address: to,
        rate: RATE,
        joins: false,
        sourceAliases: [{ type: 'h323-ID', value: 'Room' }],
        sourceAddress: from,
        fastStart: writeFastProposals(media, from, 101),
      }),
    );
    this.capabilities = tunnel({
      type: 'request',
      value: {
        type: 'terminalCapabilitySet',
        value: {
          sequenceNumber: 1,
          protocolIdentifier: H245_VERSION,
          capabilityTable: [
            {
              capabilityTableEntryNumber: 1,
              capability: { type: 'receiveAudioCapability', value: { type: 'g711Ulaw64k', value: 20 } },
            },
          ],
          capabilityDescriptors: [{ capabilityDescriptorNumber: 0, simultaneousCapabilities: [[1]] }],
        },
      },
    });
    // Sequence numbers of both stacks that are called begin with 1.
    this.capabilitiesAck = tunnel({
      type: 'response',
      value: { type: 'terminalCapabilitySetAck', value: { sequenceNumber: 1 } },
    });
    this.determination = tunnel({
      type: 'request',
      value: { type: 'masterSlaveDetermination', value: { terminalType: TERMINAL, statusDeterminationNumber: 4711 } },
    });
    this.determinationAck = tunnel({
      type: 'response',
      value: { type: 'masterSlaveDeterminationAck', value: { decision: { type: 'master', value: null } } },
    });
    this.release = template(releaseMessage(options, 'local-hangup'), [
      { type: 'command', value: { type: 'endSessionCommand', value: { type: 'disconnect', value: null } } },
    ]);
  }
}

/** A message of which only the call is not known yet. */
export class Template {
  readonly #packet: Buffer;
  readonly #identifiers: readonly number[];

  /** `packet`: with TPKT. */
  constructor(packet: Buffer) {
    this.#packet = packet;
    const identifiers: number[] = [];
    for (let at = packet.indexOf(IDENTIFIER); at >= 0; at = packet.indexOf(IDENTIFIER, at + IDENTIFIER.length)) {
      identifiers.push(at);
    }
    this.#identifiers = identifiers;
  }

  /** The message of a call: `reference` from 1 to 32767, 16 octets of `identifier`. */
  of(reference: number, identifier: Uint8Array): Buffer {
    const packet = Buffer.from(this.#packet);
    packet.writeUInt16BE(reference, REFERENCE);
    for (const at of this.#identifiers) {
      packet.set(identifier, at);
    }
    return packet;
  }
}

function template(
  { type, elements, body }: SignallingMessage,
  control: readonly H245<'MultimediaSystemControlMessage'>[] = [],
): Template {
  return new Template(
    writeTpkt(
      writeCallMessage({
        callReference: 0,
        isFromDestination: false,
        type,
        elements,
        pdu: {
          'h323-message-body': body,
          h245Tunneling: true,
          ...(control.length === 0
            ? {}
            : { h245Control: control.map((message) => h245.encode('MultimediaSystemControlMessage', message)) }),
        },
      }),
    ),
  );
}
