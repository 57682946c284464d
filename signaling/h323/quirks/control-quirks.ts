import assert from 'node:assert/strict';
import { request, response } from '../h245/message.ts';
import type { H245 } from '../h245/types.ts';
import { writeCapabilitySet } from '../media/capability-set.ts';
import { LOCAL } from '../media/example-side.ts';
import { writeTransportAddress } from '../media/transport-address.ts';
import type { H323Quirk } from './quirk.ts';
import { extended, PICTURE, ScriptedRoom } from './scripted-room.ts';

type Table = NonNullable<H245<'TerminalCapabilitySet'>['capabilityTable']>;

const OWN = writeCapabilitySet(LOCAL);
/** What both sides run in a call without any quirk. */
const USUAL = [
  'audio sendrecv: G722/9 to 192.0.2.9:30000 and 30001, from G722/9',
  'main sendrecv: H264/97 to 192.0.2.9:30002 and 30003, from H264/97',
];

/** A room in a call, with sound and pictures both ways. */
function talking(): ScriptedRoom {
  const room = new ScriptedRoom().establish();
  room.acknowledge();
  room.open({ type: 'audioData', value: { type: 'g722-64k', value: 20 } }, { sessionID: 1 });
  room.open(PICTURE, { sessionID: 2, dynamicRTPPayloadType: 97 });
  assert.deepEqual(room.ours.summary, USUAL);
  return room;
}

/** A set with other packetizations of H.264 than ours. */
function packetizedAs(oids: readonly string[]): typeof OWN {
  const { multiplexCapability } = OWN;
  assert.ok(multiplexCapability?.type === 'h2250Capability');
  const rtpPayloadType = oids.map((value) => ({ payloadDescriptor: { type: 'oid' as const, value } }));
  return {
    ...OWN,
    multiplexCapability: {
      type: 'h2250Capability',
      value: {
        ...multiplexCapability.value,
        mediaPacketizationCapability: {
          ...multiplexCapability.value.mediaPacketizationCapability,
          rtpPayloadType,
        },
      },
    },
  };
}

/** A set with more, or other, entries. */
function withTable(change: (table: Table) => Table): typeof OWN {
  const { capabilityDescriptors: _, ...rest } = OWN;
  return { ...rest, capabilityTable: change(OWN.capabilityTable ?? []) };
}

/** Content that is offered beside a running call: refused, and the call goes on as it was. */
function refusesContent(
  dataType: H245<'DataType'>,
  parameters: H245<'H2250LogicalChannelParameters'>,
  cause = 'dataTypeNotSupported',
): void {
  const room = talking();
  const exchanges = room.ours.exchanges;
  assert.equal(room.open(dataType, parameters).refused, cause);
  assert.deepEqual(room.ours.summary, USUAL);
  assert.equal(room.ours.exchanges, exchanges);
}

/** A message of H.239 with its parameters. */
function h239(subMessageIdentifier: number, parameters: Readonly<Record<number, number>>): H245<'GenericMessage'> {
  return {
    messageIdentifier: { type: 'standard', value: '0.0.8.239.2' },
    subMessageIdentifier,
    messageContent: Object.entries(parameters).map(([identifier, value]) => ({
      parameterIdentifier: { type: 'standard', value: Number(identifier) },
      parameterValue: { type: 'unsignedMin', value },
    })),
  };
}

/** What a request for the token is answered with: identifier of the message, and its parameters as identifier and value. */
function answerTo(parameters: Readonly<Record<number, number>>): unknown {
  const room = talking();
  const before = room.heard.length;
  room.say(request('genericRequest', h239(3, parameters)));
  const [answer, ...more] = room.heard.slice(before);
  assert.deepEqual(more, []);
  assert.ok(answer?.type === 'response' && answer.value.type === 'genericResponse');
  const { subMessageIdentifier, messageContent = [] } = answer.value.value;
  return [
    subMessageIdentifier,
    messageContent.map(({ parameterIdentifier, parameterValue }) => [
      parameterIdentifier.type === 'standard' && parameterIdentifier.value,
      'value' in parameterValue && parameterValue.value,
    ]),
  ];
}

/** Habits that show in H.245 and H.239. */
export const CONTROL_QUIRKS: readonly H323Quirk[] = [
  {
    id: 'h245-polycom-h264-oid-truncated',
    who: 'Polycom',
    does: 'leaves off the last number of identifiers of H.241',
    source: 'myforce/opal src/h323/h323pdu.cxx',
    check() {
      const packets = new ScriptedRoom().establish(packetizedAs(['0.0.8.241.0.0.0']));
      packets.acknowledge();
      assert.deepEqual(
        packets.ours.streams.map(({ send }) => (send.name === 'H264' ? send.h264.packetizationMode : send.name)),
        ['G722', 0],
      );
      const payloadDescriptor = { type: 'oid', value: '0.0.8.241.0.0.0' } as const;
      const opened = packets.open(PICTURE, {
        sessionID: 2,
        mediaPacketization: { type: 'rtpPayloadType', value: { payloadDescriptor, payloadType: 109 } },
      });
      assert.equal(opened.ack?.sessionID, 2);
      assert.equal(packets.ours.summary[1]?.split(', from ')[1], 'H264/109');
      const table = withTable((entries) =>
        entries.map((entry) => {
          const { capability } = entry;
          if (capability?.type !== 'receiveVideoCapability' || capability.value.type !== 'genericVideoCapability') {
            return entry;
          }
          const capabilityIdentifier = { type: 'standard', value: '0.0.8.241.0.0' } as const;
          const value = { ...capability.value.value, capabilityIdentifier };
          return { ...entry, capability: { ...capability, value: { type: 'genericVideoCapability', value } } };
        }),
      );
      const set = new ScriptedRoom().establish(table);
      set.acknowledge();
      assert.deepEqual(
        set.ours.streams.map(({ send }) => send.name),
        ['G722', 'H264'],
      );
    },
  },
  {
    id: 'h245-cisco-ios-hangup-after-olcack-close',
    who: 'Cisco IOS',
    does: 'acknowledges a channel without an address, and hangs up when it is closed for that',
    source: 'myforce/opal src/h323/h323neg.cxx',
    check() {
      const room = new ScriptedRoom().establish();
      for (const { number, parameters } of room.waiting) {
        if (parameters.forwardLogicalChannelParameters.dataType.type === 'videoData') {
          room.say(response('openLogicalChannelAck', { forwardLogicalChannelNumber: number }));
        }
      }
      room.acknowledge();
      assert.deepEqual(
        room.heard.filter(({ type, ...rest }) => JSON.stringify(rest).includes('closeLogicalChannel')),
        [],
      );
      assert.deepEqual(
        room.ours.session.channels.own.map(({ state }) => state),
        ['open', 'open'],
      );
      const [audio, picture] = room.ours.streams;
      assert.equal(audio?.direction, 'sendrecv');
      assert.equal(picture?.direction, 'recvonly', 'nothing is sent to nowhere');
    },
  },
  {
    id: 'h245-netmeeting-t1000-olc-conflict',
    who: 'NetMeeting and Tandberg T1000',
    does: 'never open a channel again that was refused as a conflict between master and slave',
    source: 'willamowius/h323plus src/h323neg.cxx',
    check() {
      // We are the master and our channels wait: theirs come at the same moment, sound with another codec.
      const room = new ScriptedRoom().establish();
      assert.equal(room.waiting.length, 2);
      const audio = room.open({ type: 'audioData', value: { type: 'g711Alaw64k', value: 20 } }, { sessionID: 1 });
      const picture = room.open(PICTURE, { sessionID: 2 });
      assert.deepEqual([audio.ack?.sessionID, picture.ack?.sessionID], [1, 2]);
      room.acknowledge();
      assert.deepEqual(
        room.ours.summary.map((line) => line.split(':')[0]),
        ['audio sendrecv', 'main sendrecv'],
      );
    },
  },
  {
    id: 'h245-tandberg-olc-session0-ack32',
    who: 'Tandberg MXP',
    does: 'asks the master for the number of a session by 0, and gives numbers from 32 on',
    source: 'willamowius/h323plus src/h323rtp.cxx',
    check() {
      const room = new ScriptedRoom().establish();
      assert.equal(room.open(PICTURE, { sessionID: 0 }).ack?.sessionID, 2);
      room.acknowledge((isAudio) => ({ sessionID: isAudio ? 1 : 32 }));
      assert.equal(room.ours.summary[1], 'main sendrecv: H264/97 to 192.0.2.9:30002 and 30003, from H264/96');
      // A second picture that asks for a number is content: the first one stays.
      assert.equal(room.open(PICTURE, { sessionID: 0 }).refused, 'dataTypeNotAvailable');
      assert.equal(room.open(PICTURE, { sessionID: 32 }).refused, 'dataTypeNotAvailable');
      assert.equal(room.ours.summary[1], 'main sendrecv: H264/97 to 192.0.2.9:30002 and 30003, from H264/96');
    },
  },
  {
    id: 'dtmf-h323-rfc2833-pt101',
    who: 'Cisco IOS',
    does: 'takes telephone events with a payload type of its own',
    source: 'willamowius/h323plus src/h323caps.cxx',
    check() {
      const ours = OWN.capabilityTable?.flatMap(({ capability }) =>
        capability?.type === 'receiveRTPAudioTelephonyEventCapability' ? [capability.value.dynamicRTPPayloadType] : [],
      );
      assert.deepEqual(ours, [101]);
      const room = new ScriptedRoom().establish(
        withTable((entries) =>
          entries.map((entry) =>
            entry.capability?.type === 'receiveRTPAudioTelephonyEventCapability'
              ? {
                  ...entry,
                  capability: {
                    type: 'receiveRTPAudioTelephonyEventCapability',
                    value: { dynamicRTPPayloadType: 118, audioTelephoneEvent: '0-16' },
                  },
                }
              : entry,
          ),
        ),
      );
      room.acknowledge();
      const [audio] = room.ours.streams;
      assert.ok(audio?.kind === 'audio');
      assert.deepEqual([audio.telephoneEvent?.send.payloadType, audio.telephoneEvent?.receive.payloadType], [118, 101]);
    },
  },
  {
    id: 'h239-tandberg-needs-tcs-fields',
    who: 'Tandberg MXP',
    does: 'fails on a capability of H.239 with empty fields',
    source: 'willamowius/h323plus changes.txt',
    check() {
      // Content is not shared here: nothing of H.239 is announced, least of all by halves.
      const types = OWN.capabilityTable?.map(({ capability }) => capability?.type) ?? [];
      assert.ok(types.length > 0 && !types.includes('genericControlCapability'));
      assert.ok(!JSON.stringify(OWN).includes('0.0.8.239'));
      assert.ok(!JSON.stringify(OWN).includes('extendedVideoCapability'));
    },
  },
  {
    id: 'h239-symmetry-breaking-random',
    who: 'several',
    does: 'break symmetry with a number that is always the same',
    source: 'willamowius/h323plus, commit ca26091',
    check() {
      // There is no race with who never asks and never grants: the answer is the same for every number.
      const answers = [0, 4, 127].map((number) => answerTo({ 42: 1, 43: number, 44: 0 }));
      assert.deepEqual(answers[0], answers[1]);
      assert.deepEqual(answers[1], answers[2]);
    },
  },
  {
    id: 'h239-channelid-differs',
    who: 'several',
    does: 'name their own channel, the next one, 0 or none in requests for the token',
    source: 'willamowius/h323plus, commits 27853aa and 303bd18',
    check() {
      // presentationTokenResponse with reject (127), and the channel (42) and terminal (44) as they were named.
      assert.deepEqual(answerTo({ 44: 7, 42: 258, 43: 9 }), [
        4,
        [
          [127, null],
          [42, 258],
          [44, 7],
        ],
      ]);
      assert.deepEqual(answerTo({ 42: 0, 43: 9 }), [
        4,
        [
          [127, null],
          [42, 0],
        ],
      ]);
      assert.deepEqual(answerTo({}), [4, [[127, null]]]);
    },
  },
  {
    id: 'h239-role-labels',
    who: 'several',
    does: 'say presentation, live, or both of an extended video capability',
    source: 'willamowius/h323plus, commit 907d16b',
    check() {
      for (const role of [1, 3, undefined]) {
        assert.equal(
          new ScriptedRoom().establish().open(extended(role), { sessionID: 2 }).refused,
          'dataTypeNotSupported',
        );
      }
      const live = new ScriptedRoom().establish();
      assert.equal(live.open(extended(2), { sessionID: 2, dynamicRTPPayloadType: 97 }).ack?.sessionID, 2);
      live.acknowledge();
      assert.equal(live.ours.summary[1], USUAL[1]);
    },
  },
  {
    id: 'h239-yealink-olc-sessiontype',
    who: 'Yealink',
    does: 'opens content with the number of the main picture’s session',
    source: 'willamowius/gnugk changes.txt',
    check: () => refusesContent(extended(1), { sessionID: 2, dynamicRTPPayloadType: 97 }),
  },
  {
    id: 'h239-edgeprotect-wrong-rtcp',
    who: 'EdgeProtect and Radvision VC240',
    does: 'name the main picture’s RTCP address for content',
    source: 'willamowius/gnugk changes.txt',
    check: () =>
      refusesContent(extended(1), {
        sessionID: 32,
        mediaControlChannel: writeTransportAddress({ address: '192.0.2.9', port: 30_003 }),
      }),
  },
  {
    id: 'h239-lifesize-teams-gw-match',
    who: 'LifeSize through Poly’s gateway',
    does: 'opens content as a second plain picture of the same codec',
    source: 'willamowius/gnugk changes.txt',
    check: () => refusesContent(PICTURE, { sessionID: 33, dynamicRTPPayloadType: 97 }, 'dataTypeNotAvailable'),
  },
  {
    id: 'h239-avaya-xt5000-multiplepayloadstream',
    who: 'Avaya XT5000',
    does: 'wraps content and pictures in a multiple payload stream',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const wrapped = (inner: H245<'DataType'>): H245<'DataType'> => ({
        type: 'multiplePayloadStream',
        value: { elements: [{ dataType: inner, payloadType: 112 }] },
      });
      refusesContent(wrapped(extended(1)), { sessionID: 32 });
      const room = new ScriptedRoom().establish();
      assert.equal(room.open(wrapped(PICTURE), { sessionID: 2 }).ack?.sessionID, 2);
      room.acknowledge();
      assert.equal(room.ours.summary[1]?.split(', from ')[1], 'H264/112');
      const two: H245<'DataType'> = {
        type: 'multiplePayloadStream',
        value: { elements: [{ dataType: PICTURE }, { dataType: PICTURE }] },
      };
      assert.equal(new ScriptedRoom().establish().open(two, { sessionID: 2 }).refused, 'dataTypeNotSupported');
    },
  },
];
