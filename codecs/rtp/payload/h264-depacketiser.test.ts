import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RtpPacket } from '../packet.ts';
import { splitAnnexB } from './annex-b.ts';
import { H264Depacketiser } from './h264-depacketiser.ts';
import type { EncodedFrame } from './video-payload.ts';

// Baseline 1280x720; first octet after a slice header: 0x88 is macroblock 0 and slice type 7 (I), 0xe0 macroblock 0 and type 0 (P),
// 0x5c macroblock 1 and type 0.
const SPS = '6742c01fda014016ec';
const OTHER_SPS = '6742c00ad90142b0';
const PPS = '68ce3c80';
const IDR = '6588aa';
const P = '41e0bb';
const P_SECOND_SLICE = '415cbb';
const I = '41b0cc';
const SEI = '060501aa80';

interface Sent {
  readonly payload: string;
  readonly timestamp?: number;
  readonly marker?: boolean;
  readonly lostBefore?: number;
}

function push(depacketiser: H264Depacketiser, sent: readonly Sent[]): EncodedFrame[] {
  return sent.flatMap(({ payload, timestamp = 0, marker = false, lostBefore = 0 }) => {
    const packet: RtpPacket = {
      payloadType: 96,
      marker,
      sequenceNumber: 0,
      timestamp,
      ssrc: 1,
      payload: Buffer.from(payload, 'hex'),
    };
    return depacketiser.push(packet, lostBefore);
  });
}

/** [NAL units, K for key frame, C for corrupt, timestamp] of each picture. */
function pictures(sent: readonly Sent[], depacketiser = new H264Depacketiser()): [string, string, number][] {
  return push(depacketiser, sent).map(({ data, isKeyFrame, isCorrupt, timestamp }) => [
    splitAnnexB(data)
      .map((unit) => unit.toString('hex'))
      .join(' '),
    (isKeyFrame ? 'K' : '') + (isCorrupt ? 'C' : ''),
    timestamp,
  ]);
}

/** A depacketiser that has seen one whole key frame at timestamp 0, and no gap since. */
function started(): H264Depacketiser {
  const depacketiser = new H264Depacketiser();
  assert.equal(push(depacketiser, [{ payload: SPS }, { payload: PPS }, { payload: IDR, marker: true }]).length, 1);
  return depacketiser;
}

const stap = (...units: string[]): string =>
  `78${units.map((unit) => (unit.length / 2).toString(16).padStart(4, '0') + unit).join('')}`;

describe('H264Depacketiser: where pictures end', () => {
  it('ends with the marker', () => {
    assert.deepEqual(pictures([{ payload: stap(SPS, PPS) }, { payload: IDR, marker: true }]), [
      [`${SPS} ${PPS} ${IDR}`, 'K', 0],
    ]);
  });

  it('ends when the timestamp changes, for peers that set no marker', () => {
    const sent = [
      { payload: P, timestamp: 1 },
      { payload: P_SECOND_SLICE, timestamp: 1 },
      { payload: P, timestamp: 2 },
      { payload: P, timestamp: 3 },
    ];
    assert.deepEqual(pictures(sent, started()), [
      [`${P} ${P_SECOND_SLICE}`, '', 1],
      [P, '', 2],
    ]);
  });

  it('joins parameter sets to the picture after them, whatever their marker and timestamp say', () => {
    const whole = [[`${SPS} ${PPS} ${IDR}`, 'K', 5]];
    const image = { payload: IDR, timestamp: 5, marker: true };
    for (const marker of [false, true]) {
      for (const timestamp of [4, 5]) {
        const sent = [{ payload: SPS, timestamp, marker }, { payload: PPS, timestamp, marker }, image];
        assert.deepEqual(pictures(sent), whole);
        assert.deepEqual(pictures([{ payload: stap(SPS, PPS), timestamp, marker }, image]), whole);
      }
    }
  });

  it('stops to believe a marker that stands in the middle of pictures', () => {
    const depacketiser = started();
    const picture = (timestamp: number): Sent[] => [
      { payload: P, timestamp, marker: true },
      { payload: P_SECOND_SLICE, timestamp, marker: true },
    ];
    push(depacketiser, [...picture(1), ...picture(2)]);
    assert.deepEqual(pictures([...picture(3), ...picture(4), ...picture(5)], depacketiser), [
      [P_SECOND_SLICE, 'C', 2],
      [`${P} ${P_SECOND_SLICE}`, '', 3],
      [`${P} ${P_SECOND_SLICE}`, '', 4],
    ]);
  });

  it('passes over empty packets that keep a path open, whatever their timestamp', () => {
    const sent = [
      { payload: P, timestamp: 1000 },
      { payload: '', timestamp: 0 },
      { payload: P_SECOND_SLICE, timestamp: 1000, marker: true },
    ];
    assert.deepEqual(pictures(sent, started()), [[`${P} ${P_SECOND_SLICE}`, '', 1000]]);
  });
});

describe('H264Depacketiser: parameter sets and key frames', () => {
  it('puts remembered parameter sets before a key frame that comes without', () => {
    assert.deepEqual(pictures([{ payload: IDR, timestamp: 1, marker: true }], started()), [
      [`${SPS} ${PPS} ${IDR}`, 'K', 1],
    ]);
  });

  it('remembers the newest of each id, from signalling too', () => {
    const parameterSets = [OTHER_SPS, PPS].map((unit) => Buffer.from(unit, 'hex'));
    const depacketiser = new H264Depacketiser({ parameterSets });
    assert.deepEqual(pictures([{ payload: IDR, marker: true }], depacketiser), [
      [`${OTHER_SPS} ${PPS} ${IDR}`, 'K', 0],
    ]);
    push(depacketiser, [
      { payload: SPS, timestamp: 1 },
      { payload: P, timestamp: 1, marker: true },
    ]);
    assert.deepEqual(pictures([{ payload: IDR, timestamp: 2, marker: true }], depacketiser), [
      [`${SPS} ${PPS} ${IDR}`, 'K', 2],
    ]);
  });

  it('marks a key frame corrupt whose parameter sets are nowhere', () => {
    assert.deepEqual(pictures([{ payload: IDR, marker: true }]), [[IDR, 'KC', 0]]);
    assert.deepEqual(pictures([{ payload: SPS }, { payload: IDR, marker: true }]), [[`${SPS} ${IDR}`, 'KC', 0]]);
  });

  it('takes an I picture with a sequence parameter set for a key frame, without or with other slices not', () => {
    const at = (timestamp: number, ...units: string[]): Sent[] =>
      units.map((payload, index) => ({ payload, timestamp, marker: index === units.length - 1 }));
    const sent = [...at(1, SPS, PPS, I), ...at(2, I), ...at(3, SPS, PPS, I, P_SECOND_SLICE)];
    assert.deepEqual(
      pictures(sent, started()).map(([, flags]) => flags),
      ['K', '', ''],
    );
  });

  it('leaves out access unit delimiters and filler data', () => {
    const sent = ['0910', SPS, PPS, SEI, IDR, '0cff80'].map((payload, index) => ({ payload, marker: index === 5 }));
    assert.deepEqual(pictures(sent), [[`${SPS} ${PPS} ${SEI} ${IDR}`, 'K', 0]]);
  });
});

describe('H264Depacketiser: losses', () => {
  it('marks the first picture corrupt when it is joined in the middle', () => {
    const sent = [
      { payload: P_SECOND_SLICE, marker: true },
      { payload: P, timestamp: 1, marker: true },
    ];
    assert.deepEqual(pictures(sent), [
      [P_SECOND_SLICE, 'C', 0],
      [P, '', 1],
    ]);
    assert.deepEqual(pictures([{ payload: P, marker: true }]), [[P, 'C', 0]]);
  });

  it('marks the picture before and the one after a gap between timestamps', () => {
    const sent = [
      { payload: P, timestamp: 1 },
      { payload: P, timestamp: 2, marker: true, lostBefore: 1 },
      { payload: P, timestamp: 3, marker: true },
    ];
    assert.deepEqual(
      pictures(sent, started()).map(([, flags]) => flags),
      ['C', 'C', ''],
    );
  });

  it('does not mark a key frame that begins with its parameter sets', () => {
    for (const opening of [SPS, '0910']) {
      const sent = [
        { payload: P, timestamp: 1 },
        { payload: opening, timestamp: 2, lostBefore: 3 },
        { payload: SPS, timestamp: 2 },
        { payload: PPS, timestamp: 2 },
        { payload: IDR, timestamp: 2, marker: true },
      ];
      assert.deepEqual(
        pictures(sent, started()).map(([, flags]) => flags),
        ['C', 'K'],
      );
    }
  });

  it('marks a key frame whose own parameter sets may be what was lost', () => {
    const depacketiser = started();
    const sent = [{ payload: IDR, timestamp: 2, marker: true, lostBefore: 1 }];
    assert.deepEqual(
      pictures(sent, depacketiser).map(([, flags]) => flags),
      ['KC'],
    );
  });

  it('does not mark a bare key frame where parameter sets never come in band', () => {
    const depacketiser = new H264Depacketiser({ parameterSets: [SPS, PPS].map((unit) => Buffer.from(unit, 'hex')) });
    const sent = [
      { payload: P, timestamp: 1 },
      { payload: IDR, timestamp: 2, marker: true, lostBefore: 1 },
    ];
    assert.deepEqual(
      pictures(sent, depacketiser).map(([, flags]) => flags),
      ['C', 'K'],
    );
  });

  it('drops parameter sets of a picture that was lost when the next one brings its own', () => {
    const sent = [
      { payload: SPS, timestamp: 1 },
      { payload: SPS, timestamp: 2, lostBefore: 9 },
      { payload: PPS, timestamp: 2 },
      { payload: IDR, timestamp: 2, marker: true },
    ];
    assert.deepEqual(pictures(sent), [[`${SPS} ${PPS} ${IDR}`, 'K', 2]]);
  });

  it('passes the loss of a whole picture on to the next one', () => {
    // All that came of the picture at 1 is the end of a fragmented slice.
    const sent = [
      { payload: '5c41aa', timestamp: 1, marker: true, lostBefore: 1 },
      { payload: P, timestamp: 2, marker: true },
    ];
    assert.deepEqual(pictures(sent, started()), [[P, 'C', 2]]);
  });
});

describe('H264Depacketiser: fragments and aggregates', () => {
  const fragments = ['5c8188', '5c01aa', '5c41bb'];

  it('joins fragments', () => {
    const sent = fragments.map((payload, index) => ({ payload, timestamp: 1, marker: index === 2 }));
    assert.deepEqual(pictures(sent, started()), [['4188aabb', '', 1]]);
  });

  it('takes a NAL unit that is wrongly sent as one single fragment', () => {
    assert.deepEqual(pictures([{ payload: '5cc188aabb', timestamp: 1, marker: true }], started()), [
      ['4188aabb', '', 1],
    ]);
  });

  const broken: Record<string, [Sent[], kept: string]> = {
    'a fragment without a beginning': [
      [
        { payload: P, timestamp: 1 },
        { payload: '5c41bb', timestamp: 1 },
      ],
      P,
    ],
    'a lost fragment': [
      [
        { payload: '5c81e0', timestamp: 1 },
        { payload: '5c41bb', timestamp: 1, lostBefore: 1 },
      ],
      '41e0',
    ],
    'an end that never comes': [
      [
        { payload: '5c81e0', timestamp: 1 },
        { payload: P_SECOND_SLICE, timestamp: 1 },
      ],
      `41e0 ${P_SECOND_SLICE}`,
    ],
    'a fragment of another NAL unit': [
      [
        { payload: '5c81e0', timestamp: 1 },
        { payload: '5c45bb', timestamp: 1 },
      ],
      '41e0',
    ],
    'a fragment of two octets less': [
      [
        { payload: P, timestamp: 1 },
        { payload: '5c', timestamp: 1 },
      ],
      P,
    ],
    'a fragment of an aggregate': [
      [
        { payload: P, timestamp: 1 },
        { payload: '5c9800', timestamp: 1 },
      ],
      P,
    ],
    'an aggregate that is cut': [[{ payload: '78000341e0bb00ff41', timestamp: 1 }], P],
    'an aggregate with an octet too many': [[{ payload: `${stap(P)}ff`, timestamp: 1 }], P],
    'an aggregate within an aggregate': [[{ payload: stap(P, '7800'), timestamp: 1 }], P],
    'a packet of the interleaved mode': [
      [
        { payload: P, timestamp: 1 },
        { payload: '790000', timestamp: 1 },
      ],
      P,
    ],
    'a slice of nothing': [
      [
        { payload: P, timestamp: 1 },
        { payload: '41', timestamp: 1 },
      ],
      P,
    ],
    'a packet with the forbidden bit': [
      [
        { payload: P, timestamp: 1 },
        { payload: 'c1e0bb', timestamp: 1 },
      ],
      P,
    ],
  };
  for (const [name, [sent, kept]] of Object.entries(broken)) {
    it(`marks a picture with ${name} and goes on`, () => {
      const next = { payload: P, timestamp: 9, marker: true };
      assert.deepEqual(pictures([...sent, next], started()), [
        [kept, 'C', 1],
        [P, '', 9],
      ]);
    });
  }

  it('passes over empty units and reserved types', () => {
    const sent = [
      { payload: '780000', timestamp: 1 },
      { payload: '78', timestamp: 1 },
      { payload: '00ff', timestamp: 1 },
      { payload: '1eff', timestamp: 1 },
      { payload: '1fff', timestamp: 1 },
      { payload: stap(P), timestamp: 1, marker: true },
    ];
    assert.deepEqual(pictures(sent, started()), [[P, '', 1]]);
  });

  it('gives up a picture that is too long, and marks the next', () => {
    const depacketiser = started();
    const long = (header: string, marker: boolean): Sent => ({
      payload: `5c${header}${'e0'.repeat(60_000)}`,
      timestamp: 1,
      marker,
    });
    const sent = [long('81', false), ...new Array<Sent>(70).fill(long('01', false)), long('41', true)];
    assert.deepEqual(push(depacketiser, sent), []);
    assert.deepEqual(pictures([{ payload: P, timestamp: 2, marker: true }], depacketiser), [[P, 'C', 2]]);
  });

  it('bounds tiny fragments too', () => {
    const depacketiser = started();
    const middle = { payload: '5c0100', timestamp: 1 };
    push(depacketiser, [{ payload: '5c81e0', timestamp: 1 }]);
    for (let i = 0; i < 70_000; i++) push(depacketiser, [middle]);
    assert.deepEqual(push(depacketiser, [{ payload: '5c4100', timestamp: 1, marker: true }]), []);
  });
});
