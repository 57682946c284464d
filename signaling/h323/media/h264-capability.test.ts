import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { H264Codec, H264Limits } from '#codecs/media/description.ts';
import { NO_FEEDBACK } from '#codecs/media/feedback.ts';
import { levelLimits } from '#codecs/media/h264-level.ts';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { readH264Capability, writeH264Capability } from './h264-capability.ts';

function codec(h264: Partial<H264Limits>): H264Codec {
  return {
    name: 'H264',
    payloadType: 97,
    clockRate: 90_000,
    feedback: NO_FEEDBACK,
    h264: {
      profile: 'constrained-baseline',
      level: 31,
      packetizationMode: 1,
      levelAsymmetryAllowed: true,
      ...h264,
    },
  };
}

/** Identifier and value of each parameter, as read from octets: `41:64`. */
function written(h264: Partial<H264Limits>, bitRate: number): string {
  const octets = h245.encode('GenericCapability', writeH264Capability(codec(h264), bitRate));
  const { maxBitRate, collapsing = [] } = h245.decode('GenericCapability', octets);
  const parameters = collapsing.map(({ parameterIdentifier, parameterValue }) => {
    assert.ok(parameterIdentifier.type === 'standard' && 'value' in parameterValue);
    return `${parameterIdentifier.value}:${parameterValue.value}`;
  });
  return `${maxBitRate} ${parameters.join(' ')}`;
}

type Row = readonly [clause: string, what: string, h264: Partial<H264Limits>, bitRate: number, written: string];

/** Units: maxBitRate 100 bit/s; 3 CustomMaxMBPS 500 a second; 4 CustomMaxFS 256; 6 CustomMaxBRandCPB 25 000 bit/s. */
const ROWS: readonly Row[] = [
  [
    '§8.3.2, Profile',
    'Constrained Baseline is Baseline',
    { profile: 'constrained-baseline' },
    2e6,
    '20000 41:64 42:71',
  ],
  ['§8.3.2, Profile', 'Baseline', { profile: 'baseline' }, 2e6, '20000 41:64 42:71'],
  ['§8.3.2, Profile', 'Main', { profile: 'main' }, 2e6, '20000 41:32 42:71'],
  ['§8.3.2, Profile', 'High', { profile: 'high' }, 2e6, '20000 41:8 42:71'],
  ['§8.3.2, Profile', 'Constrained High is High', { profile: 'constrained-high' }, 2e6, '20000 41:8 42:71'],
  ['§8.3.2, Level', '1', { level: 10 }, 64e3, '640 41:64 42:15'],
  ['§8.3.2, Level', '1b', { level: 9 }, 128e3, '1280 41:64 42:19'],
  ['§8.3.2, Level', '1.1', { level: 11 }, 192e3, '1920 41:64 42:22'],
  ['§8.3.2, Level', '1.2', { level: 12 }, 384e3, '3840 41:64 42:29'],
  ['§8.3.2, Level', '1.3', { level: 13 }, 768e3, '7680 41:64 42:36'],
  ['§8.3.2, Level', '2', { level: 20 }, 1e6, '10000 41:64 42:43'],
  ['§8.3.2, Level', '2.1', { level: 21 }, 1e6, '10000 41:64 42:50'],
  ['§8.3.2, Level', '2.2', { level: 22 }, 1e6, '10000 41:64 42:57'],
  ['§8.3.2, Level', '3', { level: 30 }, 1e6, '10000 41:64 42:64'],
  ['§8.3.2, Level', '3.2', { level: 32 }, 1e6, '10000 41:64 42:78'],
  ['§8.3.2, Level', '4', { level: 40 }, 1e6, '10000 41:64 42:85'],
  ['§8.3.2, Level', '4.1', { level: 41 }, 1e6, '10000 41:64 42:92'],
  ['§8.3.2, Level', '4.2', { level: 42 }, 1e6, '10000 41:64 42:99'],
  ['§8.3.2, Level', '5', { level: 50 }, 1e6, '10000 41:64 42:106'],
  ['§8.3.2, Level', '5.1', { level: 51 }, 1e6, '10000 41:64 42:113'],
  [
    '§8.3.2, CustomMaxMBPS and CustomMaxFS',
    'our 1080p at level 3.1',
    { maxFs: 8192, maxMbps: 245_760 },
    4e6,
    '40000 41:64 42:71 3:491 4:32',
  ],
  [
    '§8.3.2, CustomMaxMBPS and CustomMaxFS',
    'our 720p is level 3.1 itself',
    { maxFs: 3600, maxMbps: 108_000 },
    2e6,
    '20000 41:64 42:71',
  ],
  [
    '§8.3.2, CustomMaxFS',
    'never more than is meant: rounded down',
    { level: 13, maxFs: 920, maxMbps: 11_880 },
    768e3,
    '7680 41:64 42:36 4:3',
  ],
  ['§8.3.2, CustomMaxBRandCPB', 'a bit rate above the level’s', { level: 13 }, 2e6, '20000 41:64 42:36 6:80'],
  [
    '§8.3.2, CustomMaxBRandCPB',
    'High has a quarter more of its own',
    { profile: 'high', level: 13 },
    960e3,
    '9600 41:8 42:36',
  ],
];

describe('what we say of H.264', () => {
  for (const [clause, what, h264, bitRate, expected] of ROWS) {
    test(`H.241 ${clause}: ${what}`, () => assert.equal(written(h264, bitRate), expected));
  }

  test('profile and level come first, as some rooms read no further', () => {
    const { collapsing = [] } = writeH264Capability(codec({ maxFs: 8192, maxMbps: 245_760 }), 4e6);
    assert.deepEqual(
      collapsing
        .slice(0, 2)
        .map(({ parameterIdentifier, parameterValue }) => [
          parameterIdentifier.type === 'standard' && parameterIdentifier.value,
          parameterValue.type,
        ]),
      [
        [41, 'booleanArray'],
        [42, 'unsignedMin'],
      ],
    );
  });

  test('Baseline stands before High, each with what we take; all go together with any sound', () => {
    const local = defaultCapabilities({ videoBitRate: 4_000_000, maximumSize: '1080p' });
    const { capabilityTable = [], capabilityDescriptors = [] } = writeCapabilitySet(local);
    const kinds = new Map(
      capabilityTable.map(({ capabilityTableEntryNumber, capability }) => [
        capabilityTableEntryNumber,
        capability?.type,
      ]),
    );
    const profiles = capabilityTable.flatMap(({ capability }) =>
      capability?.type === 'receiveVideoCapability' && capability.value.type === 'genericVideoCapability'
        ? readH264Capability(capability.value.value, { payloadType: 97, packetizationMode: 1 }).map(
            ({ h264 }) => `${h264.profile} ${h264.maxFs}`,
          )
        : [],
    );
    assert.deepEqual(profiles, ['baseline 8192', 'high 8192']);
    const [descriptor, ...others] = capabilityDescriptors;
    assert.deepEqual(others, []);
    assert.deepEqual(
      descriptor?.simultaneousCapabilities?.map((alternatives) => [
        ...new Set(alternatives.map((entry) => kinds.get(entry))),
      ]),
      [
        ['receiveAudioCapability'],
        ['receiveVideoCapability'],
        ['receiveAndTransmitUserInputCapability'],
        ['receiveRTPAudioTelephonyEventCapability'],
      ],
    );
  });
});

test('what is written is read again, and never as more than was written', () => {
  const levels = [10, 9, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51];
  fc.assert(
    fc.property(
      fc.constantFrom(...levels),
      fc.constantFrom('baseline' as const, 'main' as const, 'high' as const),
      fc.option(fc.integer({ min: 99, max: 36_864 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1485, max: 983_040 }), { nil: undefined }),
      fc.integer({ min: 64_000, max: 20_000_000 }),
      (level, profile, maxFs, maxMbps, bitRate) => {
        const ours = {
          profile,
          level,
          ...(maxFs === undefined ? {} : { maxFs }),
          ...(maxMbps === undefined ? {} : { maxMbps }),
        };
        const octets = h245.encode('GenericCapability', writeH264Capability(codec(ours), bitRate));
        const [read, ...others] = readH264Capability(h245.decode('GenericCapability', octets), {
          payloadType: 97,
          packetizationMode: 1,
        });
        assert.ok(read);
        assert.deepEqual(others, []);
        const { h264 } = read;
        assert.deepEqual([h264.profile, h264.level], [profile, level]);
        const own = levelLimits(level);
        assert.ok((h264.maxFs ?? own.maxFs) <= Math.max(maxFs ?? 0, own.maxFs));
        assert.ok((h264.maxMbps ?? own.maxMbps) <= Math.max(maxMbps ?? 0, own.maxMbps));
        const factor = profile === 'high' ? 1250 : 1000;
        assert.ok((h264.maxBr ?? own.maxBr) * factor <= bitRate);
      },
    ),
    { numRuns: 500 },
  );
});
