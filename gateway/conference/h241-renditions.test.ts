import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { type H245, h245 } from '#signaling/h323/h245/types.ts';
import { CENTRALIZED } from '#signaling/h323/media/capability-set.ts';
import { describe as described, readCapabilitySet } from '#signaling/h323/media/remote-capabilities.ts';
import { chooseRendition } from './rendition-choice.ts';

type GenericCapability = H245<'GenericCapability'>;
type Parameter = NonNullable<GenericCapability['collapsing']>[number];

const LOCAL = defaultCapabilities({ videoBitRate: 4_000_000, maximumSize: '1080p' });
const NOWHERE = { address: '192.0.2.1', port: 9 };

/** Identifiers of packetizations (H.241 §A.3): single NAL units, non-interleaved, interleaved. */
const [SINGLE, NON_INTERLEAVED, INTERLEAVED] = ['0.0.8.241.0.0.0.0', '0.0.8.241.0.0.0.1', '0.0.8.241.0.0.0.2'] as const;

/** Bits of Profile. */
const [HIGH, EXTENDED, MAIN, BASELINE] = [8, 16, 32, 64] as const;
/** Identifiers of parameters. */
const [MBPS, FS, DPB, BR, STATIC, RCMD_NAL, MAX_NAL, SAR, MODES, DISPLAY, PROFILE, LEVEL] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 41, 42,
] as const;
/** The value of Level for level 3.1. */
const L31 = 71;

interface Room {
  readonly profile?: number;
  /** The value of the parameter, not level_idc. */
  readonly level?: number;
  readonly more?: Readonly<Record<number, number>>;
  /** 100 bit/s. */
  readonly maxBitRate?: number;
  /** Its parameters are not collapsing. */
  readonly isNonCollapsing?: boolean;
}

function parameter(identifier: number, value: number): Parameter {
  const type =
    identifier === PROFILE || identifier === MODES || identifier === DISPLAY ? 'booleanArray' : 'unsignedMin';
  return {
    parameterIdentifier: { type: 'standard', value: identifier },
    parameterValue: value > 65_535 ? { type: 'unsigned32Min', value } : { type, value },
  };
}

function capability({ profile, level, more = {}, maxBitRate, isNonCollapsing = false }: Room): GenericCapability {
  const parameters = [
    ...(profile === undefined ? [] : [parameter(PROFILE, profile)]),
    ...(level === undefined ? [] : [parameter(LEVEL, level)]),
    ...Object.entries(more).map(([identifier, value]) => parameter(Number(identifier), value)),
  ];
  return {
    capabilityIdentifier: { type: 'standard', value: '0.0.8.241.0.0.1' },
    ...(maxBitRate === undefined ? {} : { maxBitRate }),
    ...(isNonCollapsing ? { nonCollapsing: parameters } : { collapsing: parameters }),
  };
}

/** What a room with these capabilities is sent: profile, packetization mode, and the name of the encoding; its set goes as octets. */
function sentTo(rooms: readonly Room[], packetizations: readonly string[] = [SINGLE, NON_INTERLEAVED]): string {
  const set: H245<'TerminalCapabilitySet'> = {
    sequenceNumber: 1,
    protocolIdentifier: '0.0.8.245.0.10',
    multiplexCapability: {
      type: 'h2250Capability',
      value: {
        maximumAudioDelayJitter: 60,
        receiveMultipointCapability: CENTRALIZED,
        transmitMultipointCapability: CENTRALIZED,
        receiveAndTransmitMultipointCapability: CENTRALIZED,
        mcCapability: { centralizedConferenceMC: false, decentralizedConferenceMC: false },
        rtcpVideoControlCapability: false,
        mediaPacketizationCapability: {
          h261aVideoPacketization: false,
          ...(packetizations.length === 0
            ? {}
            : {
                rtpPayloadType: packetizations.map((value) => ({ payloadDescriptor: { type: 'oid' as const, value } })),
              }),
        },
      },
    },
    capabilityTable: rooms.map((room, index) => ({
      capabilityTableEntryNumber: index + 1,
      capability: {
        type: 'receiveVideoCapability',
        value: { type: 'genericVideoCapability', value: capability(room) },
      },
    })),
  };
  const theirs = readCapabilitySet(h245.decode('TerminalCapabilitySet', h245.encode('TerminalCapabilitySet', set)));
  const { streams } = described(theirs);
  const offer = { streams: streams.map((stream) => ({ ...stream, address: NOWHERE })) };
  const result = negotiate(
    offer,
    LOCAL,
    { audio: NOWHERE, main: NOWHERE },
    { origin: { sessionId: '1', version: '1' } },
  );
  const [picture] = 'failure' in result ? [] : result.media.streams;
  if (picture?.kind !== 'main' || picture.send.name !== 'H264') {
    return 'nothing';
  }
  const { profile, packetizationMode } = picture.send.h264;
  const rate = Math.round(picture.sendBitRate / 1000);
  return `${profile} ${packetizationMode}, at most ${rate}k: ${chooseRendition('', picture, 1080).id.slice(1)}`;
}

type Row = readonly [
  clause: string,
  what: string,
  room: Room | readonly Room[],
  sent: string,
  packets?: readonly string[],
];

const baseline = (level: number, more: Readonly<Record<number, number>> = {}): Room => ({
  profile: BASELINE,
  level,
  more,
});

/** Clauses are those of H.241 where nothing else stands; the levels themselves are H.264's (table A-1). */
const ROWS: readonly Row[] = [
  ['§8.3.2, Profile', 'Baseline', baseline(L31), 'baseline 1, at most 4000k: H264-1280x720-1500k'],
  ['§8.3.2, Profile', 'Main', { profile: MAIN, level: L31 }, 'main 1, at most 4000k: H264-1280x720-1500k'],
  ['§8.3.2, Profile', 'High', { profile: HIGH, level: L31 }, 'high 1, at most 4000k: H264-1280x720-1500k'],
  [
    '§8.3.2, Profile',
    'all three in one capability: what every room decodes',
    { profile: BASELINE | MAIN | HIGH, level: L31 },
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, Profile',
    'High goes further than Baseline',
    [baseline(36), { profile: HIGH, level: L31 }],
    'high 1, at most 4000k: H264-1280x720-1500k',
  ],
  ['§8.3.2, Profile', 'Extended alone', { profile: EXTENDED, level: L31 }, 'nothing'],
  ['§8.3.2, Profile', 'none', { profile: 0, level: L31 }, 'nothing'],
  ['§8.3.2, Profile', 'not told', { level: L31 }, 'nothing'],
  ['§8.3.2, Level', '1', baseline(15), 'baseline 1, at most 64k: H264-144x80-64k'],
  ['§8.3.2, Level', '1b', baseline(19), 'baseline 1, at most 128k: H264-144x80-64k'],
  ['§8.3.2, Level', '1.1', baseline(22), 'baseline 1, at most 192k: H264-160x90-64k'],
  ['§8.3.2, Level', '1.2', baseline(29), 'baseline 1, at most 384k: H264-320x180-192k'],
  ['§8.3.2, Level', '1.3', baseline(36), 'baseline 1, at most 768k: H264-320x180-192k'],
  ['§8.3.2, Level', '2', baseline(43), 'baseline 1, at most 2000k: H264-320x180-192k'],
  ['§8.3.2, Level', '2.1', baseline(50), 'baseline 1, at most 4000k: H264-320x180-192k'],
  ['§8.3.2, Level', '2.2: 640x360 is too fast', baseline(57), 'baseline 1, at most 4000k: H264-320x180-192k'],
  ['§8.3.2, Level', '3', baseline(64), 'baseline 1, at most 4000k: H264-640x360-512k'],
  ['§8.3.2, Level', '3.1', baseline(71), 'baseline 1, at most 4000k: H264-1280x720-1500k'],
  ['§8.3.2, Level', '3.2', baseline(78), 'baseline 1, at most 4000k: H264-1280x720-1500k'],
  ['§8.3.2, Level', '4', baseline(85), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', '4.1', baseline(92), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', '4.2', baseline(99), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', '5', baseline(106), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', '5.1', baseline(113), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', 'between 3.1 and 3.2', baseline(75), 'baseline 1, at most 4000k: H264-1280x720-1500k'],
  ['§8.3.2, Level', 'of a later version', baseline(250), 'baseline 1, at most 4000k: H264-1920x1080-3000k'],
  ['§8.3.2, Level', 'not told: the least', { profile: BASELINE }, 'baseline 1, at most 64k: H264-144x80-64k'],
  [
    '§8.3.2, CustomMaxMBPS and CustomMaxFS',
    'level 1.3 raised to 720p; the bit rate stays that of the level',
    baseline(36, { [MBPS]: 216, [FS]: 15 }),
    'baseline 1, at most 768k: H264-1280x720-768k',
  ],
  [
    '§8.3.2, CustomMaxBRandCPB',
    'and the bit rate to 2 Mbit/s',
    baseline(36, { [MBPS]: 216, [FS]: 15, [BR]: 80 }),
    'baseline 1, at most 2000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, CustomMaxMBPS and CustomMaxFS',
    'level 2.2 raised to 1080p, as Polycom writes it',
    baseline(57, { [MBPS]: 490, [FS]: 32 }),
    'baseline 1, at most 4000k: H264-1920x1080-3000k',
  ],
  [
    '§8.3.2, CustomMaxFS',
    'larger pictures at the speed of level 3 are no faster',
    baseline(64, { [FS]: 32 }),
    'baseline 1, at most 4000k: H264-640x360-512k',
  ],
  [
    '§8.3.2, CustomMaxMBPS',
    'level 2.2 at twice its speed',
    baseline(57, { [MBPS]: 81 }),
    'baseline 1, at most 4000k: H264-640x360-512k',
  ],
  [
    '§8.3.2, CustomMaxMBPS and CustomMaxFS',
    'below those of the level they say nothing',
    baseline(L31, { [MBPS]: 50, [FS]: 4 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, CustomMaxBRandCPB',
    'below that of the level it says nothing',
    baseline(L31, { [BR]: 10 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, CustomMaxDPB',
    'more pictures to keep are not needed',
    baseline(L31, { [DPB]: 400 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, MaxStaticMBPS',
    'still pictures may be larger: ours move',
    baseline(64, { [STATIC]: 500 }),
    'baseline 1, at most 4000k: H264-640x360-512k',
  ],
  [
    '§8.3.2.10, max-rcmd-nal-unit-size',
    'the default of those that do not tell',
    baseline(L31, { [RCMD_NAL]: 1400 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k-sliced',
  ],
  [
    '§8.3.2.10, max-rcmd-nal-unit-size',
    'shorter ones',
    baseline(L31, { [RCMD_NAL]: 900 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k-sliced800',
  ],
  [
    '§8.3.2.10, max-rcmd-nal-unit-size',
    'the shortest, in single NAL units',
    baseline(L31, { [RCMD_NAL]: 320 }),
    'baseline 0, at most 4000k: H264-1280x720-1500k-sliced300',
    [SINGLE],
  ],
  [
    '§8.3.2.10, max-rcmd-nal-unit-size',
    'as long as pictures are',
    baseline(L31, { [RCMD_NAL]: 256_000 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§8.3.2, max-nal-unit-size and what is told for show',
    'changes nothing',
    baseline(L31, { [MAX_NAL]: 40_000, [SAR]: 13, [MODES]: 64, [DISPLAY]: 64, 13: 3000, 99: 1 }),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    'H.245 §B.2.2.4, maxBitRate',
    '384 kbit/s',
    { ...baseline(L31), maxBitRate: 3840 },
    'baseline 1, at most 384k: H264-640x360-384k',
  ],
  [
    'H.245 §B.2.2.4, maxBitRate',
    'above ours',
    { ...baseline(L31), maxBitRate: 100_000 },
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    'H.245 §B.2.2.4, maxBitRate',
    'above the level’s',
    { ...baseline(36), maxBitRate: 20_000 },
    'baseline 1, at most 768k: H264-320x180-192k',
  ],
  [
    'H.245 §B.2.2.4, maxBitRate',
    '0 says nothing',
    { ...baseline(L31), maxBitRate: 0 },
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    'H.245 §B.2.2.4, maxBitRate',
    'each capability has its own: the larger picture comes with less here',
    [
      { ...baseline(36), maxBitRate: 20_000 },
      { profile: HIGH, level: L31, maxBitRate: 7000 },
    ],
    'high 1, at most 700k: H264-1280x720-512k',
  ],
  [
    'H.245 §B.2.2.5, GenericParameter',
    'not collapsing: read alike',
    { ...baseline(L31), isNonCollapsing: true },
    'baseline 1, at most 4000k: H264-1280x720-1500k',
  ],
  [
    '§A.3, packetization',
    'not told: single NAL units, which every receiver takes',
    baseline(L31),
    'baseline 0, at most 4000k: H264-1280x720-1500k-sliced',
    [],
  ],
  [
    '§A.3, packetization',
    'single NAL units',
    baseline(L31),
    'baseline 0, at most 4000k: H264-1280x720-1500k-sliced',
    [SINGLE],
  ],
  [
    '§A.3, packetization',
    'non-interleaved alone',
    baseline(L31),
    'baseline 1, at most 4000k: H264-1280x720-1500k',
    [NON_INTERLEAVED],
  ],
  [
    '§A.3, packetization',
    'interleaved, which we do not have',
    baseline(L31),
    'baseline 0, at most 4000k: H264-1280x720-1500k-sliced',
    [INTERLEAVED],
  ],
];

describe('what an H.323 room is sent by what it says of H.264', () => {
  for (const [clause, what, room, sent, packets] of ROWS) {
    test(`H.241 ${clause}: ${what}`.replace('H.241 H.245', 'H.245'), () => {
      assert.equal(sentTo([room].flat(), packets), sent);
    });
  }
});
