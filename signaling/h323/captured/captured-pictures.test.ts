import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { isRtcp, parseRtpPacket } from '#codecs/rtp/packet.ts';
import { H264Depacketiser } from '#codecs/rtp/payload/h264-depacketiser.ts';
import { ReorderBuffer } from '#codecs/rtp/reorder-buffer.ts';
import { readUdpDatagrams } from '#codecs/vectors/pcap.ts';
import type { H245 } from '../h245/types.ts';
import { allCapturedCalls, type CallStep, otherSide, type Side } from './captured-calls.ts';
import { captureUrl } from './captured-messages.ts';
import { habitsOfCaller, ReplayedCall } from './replayed-call.ts';
import { controlIn } from './step-contents.ts';

/** H.241: H.264 as a generic capability, and single NAL units in packets. */
const H264 = '0.0.8.241.0.0.1';
const SINGLE_NAL_UNITS = '0.0.8.241.0.0.0.0';
/** Parameters of H.241 table 8-1 and what H323Plus says of its receiver: baseline, level 2.2, more frames and larger ones. */
const THEIRS = { 41: 64, 42: 57, 3: 492, 4: 32 } as const;
/** Units of 100 bit/s. */
const THEIR_RATE = 20_480;

const PLACES: Readonly<Record<Side, readonly string[]>> = {
  caller: ['audio sendrecv G722 to 127.0.0.1:46000', 'main sendrecv H264 to 127.0.0.1:46002'],
  called: ['audio sendrecv G722 to 127.0.0.5:43000', 'main sendrecv H264 to 127.0.0.5:43002'],
};

describe('H.264 by H.241 with H323Plus', () => {
  for (const name of ['h323plus-h264 1', 'h323plus-h264-h239 1', 'h323plus-h264-h235-6 1']) {
    for (const plays of ['caller', 'called'] as const) {
      test(`${name}, they ${plays === 'caller' ? 'call' : 'are called'}`, { timeout: 30_000 }, async () => {
        const call = allCapturedCalls().find((candidate) => candidate.name === name) ?? assert.fail();
        const replay = await ReplayedCall.begin({ call, plays, application: habitsOfCaller(call) });
        try {
          await replay.peer.play(replay.peer.length.untilEnd);
          const party = await replay.party;
          for (
            let tried = 0;
            tried < 2000 && JSON.stringify(party.summary) !== JSON.stringify(PLACES[plays]);
            tried++
          ) {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          assert.deepEqual(party.summary, PLACES[plays]);

          const [picture] = picturesOf(replay.peer.transcript, otherSide(plays));
          const { dataType, multiplexParameters } = picture?.forwardLogicalChannelParameters ?? assert.fail();
          assert.ok(dataType.type === 'videoData' && dataType.value.type === 'genericVideoCapability');
          const { capabilityIdentifier, maxBitRate = 0, collapsing = [] } = dataType.value.value;
          assert.deepEqual(capabilityIdentifier, { type: 'standard', value: H264 });
          assert.ok(maxBitRate > 0 && maxBitRate <= THEIR_RATE, `${maxBitRate}`);
          const parameters = collapsing.map(({ parameterIdentifier, parameterValue }) => [
            'value' in parameterIdentifier ? parameterIdentifier.value : undefined,
            'value' in parameterValue ? parameterValue.value : undefined,
          ]);
          assert.deepEqual(Object.fromEntries(parameters), THEIRS);
          assert.ok(multiplexParameters.type === 'h2250LogicalChannelParameters');
          const { dynamicRTPPayloadType = 0, mediaPacketization } = multiplexParameters.value;
          assert.ok(dynamicRTPPayloadType >= 96 && dynamicRTPPayloadType <= 127);
          assert.deepEqual(mediaPacketization, {
            type: 'rtpPayloadType',
            value: {
              payloadDescriptor: { type: 'oid', value: SINGLE_NAL_UNITS },
              payloadType: dynamicRTPPayloadType,
            },
          });
        } finally {
          await replay.close();
        }
      });
    }
  }

  for (const [capture, source, count] of [
    ['h323plus-h264.pcap', '127.0.0.1:46002', 25],
    ['h323plus-h264.pcap', '127.0.0.5:43002', 26],
    ['h323plus-h264-h239.pcap', '127.0.0.1:46002', 29],
    ['h323plus-h264-h239.pcap', '127.0.0.5:43002', 23],
  ] as const) {
    test(`what ${source} sent decodes to pictures, all that are whole: ${capture}`, async () => {
      const { pictures, sizes, corrupt } = await decode(capture, source);
      assert.deepEqual([pictures, sizes, corrupt], [count, ['1920x1080'], 0]);
    });
  }
});

/** The channels of H.264 that a side opens. */
function picturesOf(steps: readonly CallStep[], side: Side): H245<'OpenLogicalChannel'>[] {
  return steps
    .filter(({ from }) => from === side)
    .flatMap(controlIn)
    .flatMap((message) =>
      message.type === 'request' && message.value.type === 'openLogicalChannel' ? [message.value.value] : [],
    )
    .filter(({ forwardLogicalChannelParameters: { dataType } }) => dataType.type === 'videoData');
}

/** The whole way from the line to pictures. */
async function decode(
  capture: string,
  from: string,
): Promise<{ readonly pictures: number; readonly sizes: readonly string[]; readonly corrupt: number }> {
  const buffer = new ReorderBuffer({ maxWaitMs: 100 });
  const depacketiser = new H264Depacketiser();
  const decoder = await VideoDecoder.open('H264');
  const sizes = new Set<string>();
  let [pictures, corrupt] = [0, 0];
  try {
    for (const { source, payload, time } of readUdpDatagrams(readFileSync(captureUrl(capture)))) {
      const packet =
        `${source.address}:${source.port}` === from && !isRtcp(payload) ? parseRtpPacket(payload) : undefined;
      // The stack's hole punching sends empty packets, too.
      if (packet === undefined || packet.payload.length === 0) {
        continue;
      }
      buffer.push(packet, time);
      for (const { packet: next, lostBefore } of buffer.pop(time).packets) {
        for (const frame of depacketiser.push(next, lostBefore)) {
          corrupt += frame.isCorrupt ? 1 : 0;
          const picture = await decoder.decode(frame.data);
          if (picture !== undefined) {
            pictures += 1;
            sizes.add(`${picture.width}x${picture.height}`);
            picture.free();
          }
        }
      }
    }
  } finally {
    await decoder.close();
  }
  return { pictures, sizes: [...sizes], corrupt };
}
