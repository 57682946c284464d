import assert from 'node:assert/strict';
import { asnModule } from '../asn1/codec.ts';
import type { Value } from '../asn1/value.ts';
import { request, response } from '../h245/message.ts';
import type { H245 } from '../h245/types.ts';
import { h46019Types } from '../h460/h46019-types.ts';
import { SESSION_ID } from '../media/data-type.ts';
import { writeTransportAddress } from '../media/transport-address.ts';
import type { H323Quirk } from './quirk.ts';
import { AUDIO, PICTURE, ROOM_PORTS, ScriptedRoom } from './scripted-room.ts';

type TraversalParameters = Value<typeof h46019Types, (typeof h46019Types)['TraversalParameters']>;

const h46019 = asnModule(h46019Types);
/** Where a multiplexing room would have everything: nothing of ours goes there. */
const MULTIPLEXED = 2776;

const at = (port: number) => writeTransportAddress({ address: '192.0.2.9', port });

/** As H.460.19 puts its parameters into messages of H.245: parameter 1, as octets. */
function traversal(parameters: TraversalParameters): H245<'GenericMessage'> {
  return {
    messageIdentifier: { type: 'standard', value: '0.0.8.460.19.0.1' },
    messageContent: [
      {
        parameterIdentifier: { type: 'standard', value: 1 },
        parameterValue: { type: 'octetString', value: h46019.encode('TraversalParameters', parameters) },
      },
    ],
  };
}

const PARAMETERS: TraversalParameters = {
  multiplexedMediaChannel: at(MULTIPLEXED),
  multiplexedMediaControlChannel: at(MULTIPLEXED + 1),
  multiplexID: 258,
  keepAliveChannel: at(MULTIPLEXED),
  keepAlivePayloadType: 127,
  keepAliveInterval: 19,
};

/** Acknowledges our channels with parameters of H.460.19 beside the addresses, or in their place. */
function acknowledge(room: ScriptedRoom, withAddresses: boolean): void {
  for (const { number, parameters } of room.waiting) {
    const isAudio = parameters.forwardLogicalChannelParameters.dataType.type === 'audioData';
    const port = isAudio ? ROOM_PORTS.audio : ROOM_PORTS.main;
    const value = withAddresses ? { mediaChannel: at(port), mediaControlChannel: at(port + 1) } : {};
    room.say(
      response('openLogicalChannelAck', {
        forwardLogicalChannelNumber: number,
        forwardMultiplexAckParameters: { type: 'h2250LogicalChannelAckParameters', value },
        genericInformation: [traversal(PARAMETERS)],
      }),
    );
  }
}

/** Opens a channel with such parameters; what we answered. */
function open(room: ScriptedRoom, number: number, dataType: H245<'DataType'>): H245<'OpenLogicalChannelAck'> {
  const isAudio = dataType.type === 'audioData';
  const before = room.heard.length;
  room.say(
    request('openLogicalChannel', {
      forwardLogicalChannelNumber: number,
      forwardLogicalChannelParameters: {
        dataType,
        multiplexParameters: {
          type: 'h2250LogicalChannelParameters',
          value: {
            sessionID: isAudio ? SESSION_ID.audio : SESSION_ID.main,
            mediaControlChannel: at((isAudio ? ROOM_PORTS.audio : ROOM_PORTS.main) + 1),
          },
        },
      },
      genericInformation: [
        traversal(PARAMETERS),
        { messageIdentifier: { type: 'standard', value: '0.0.8.460.19.0.1' } },
      ],
    }),
  );
  for (const message of room.heard.slice(before)) {
    if (message.type === 'response' && message.value.type === 'openLogicalChannelAck') {
      return message.value.value;
    }
  }
  return assert.fail('the channel is not acknowledged');
}

/** Habits of rooms whose media go through firewalls by H.460.19, in a call with us, who do not. */
export const TRAVERSAL_QUIRKS: readonly H323Quirk[] = [
  {
    id: 'h323-lifesize-uses-mediachannel-with-mux',
    who: 'LifeSize',
    does: 'uses the addresses of the channel though multiplexed ones of H.460.19 stand beside them',
    source: 'willamowius/gnugk ProxyChannel.cxx',
    check() {
      const room = new ScriptedRoom().establish();
      acknowledge(room, true);
      const acks = [open(room, 1, AUDIO), open(room, 2, PICTURE)];
      // So do we: RTP and RTCP go where the channels are, and what we answer names no other place than the channel's.
      assert.deepEqual(room.ours.summary, [
        'audio sendrecv: G722/9 to 192.0.2.9:30000 and 30001, from G722/9',
        'main sendrecv: H264/97 to 192.0.2.9:30002 and 30003, from H264/96',
      ]);
      for (const { genericInformation, forwardMultiplexAckParameters } of acks) {
        assert.equal(genericInformation, undefined);
        assert.ok(forwardMultiplexAckParameters?.type === 'h2250LogicalChannelAckParameters');
        const { mediaChannel, mediaControlChannel } = forwardMultiplexAckParameters.value;
        assert.ok(mediaChannel !== undefined && mediaControlChannel !== undefined);
      }
      assert.ok(!JSON.stringify(room.heard).includes('0.0.8.460.19'), 'we do not offer it');

      // One that takes media by its multiplexed port alone would get none: nothing is sent where it could not be told apart.
      const other = new ScriptedRoom().establish();
      acknowledge(other, false);
      open(other, 1, AUDIO);
      assert.deepEqual(
        other.ours.streams.map(({ direction }) => direction),
        ['recvonly', 'recvonly'],
      );
    },
  },
];
