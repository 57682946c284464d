import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCallMessage, writeCallMessage } from '../h225/message.ts';
import { readQ931, writeQ931 } from '../q931/message.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { watchAnnouncedAdditions } from './announced-additions.ts';
import { decodeCaptured, encodeCaptured } from './captured-codec.ts';
import {
  allCapturedMessages,
  type CapturedMessage,
  capturedContents,
  capturedMessages,
  capturedStreams,
  captureNames,
} from './captured-messages.ts';

/** Messages by their way in each capture; the suite h323-captures sees that tshark finds as many. */
const COUNTS: Readonly<Record<string, Partial<Record<CapturedMessage['way'], number>>>> = {
  'asterisk-fast-start-tunnelled.pcap': { 'call-signalling': 14, 'fast-start': 6, tunnel: 8 },
  'asterisk-fast-start.pcap': { 'call-signalling': 7, 'fast-start': 6, h245: 10 },
  'asterisk-slow-start-tunnelled.pcap': { 'call-signalling': 18, tunnel: 12 },
  'asterisk-slow-start.pcap': { 'call-signalling': 7, h245: 13 },
  'asterisk-via-gatekeeper.pcap': { ras: 25, 'call-signalling': 61, tunnel: 47 },
  'gatekeeper-h235-1-password.pcap': { ras: 12 },
  'h323plus-h261.pcap': { 'call-signalling': 16, tunnel: 20 },
  'h323plus-h264-h235-6.pcap': { 'call-signalling': 20, tunnel: 24 },
  'h323plus-h264-h239.pcap': { 'call-signalling': 22, tunnel: 27 },
  'h323plus-h264.pcap': { 'call-signalling': 30, tunnel: 34 },
  'h323plus-h460-18-19.pcap': { ras: 24, 'call-signalling': 32, tunnel: 39 },
  'h323plus-to-asterisk.pcap': { 'call-signalling': 41, tunnel: 26, h245: 13 },
};
describe('what endpoints of others send', () => {
  test('no message is overlooked', () => {
    const counts = captureNames().map((capture) => {
      const ways: Partial<Record<CapturedMessage['way'], number>> = {};
      for (const { way } of capturedMessages(capture)) ways[way] = (ways[way] ?? 0) + 1;
      return [capture, ways];
    });
    assert.deepEqual(Object.fromEntries(counts), COUNTS);
  });

  for (const capture of captureNames()) {
    test(`${capture}: every message reads, and writes to the same octets but for the length of bitmaps`, (context) => {
      const watch = watchAnnouncedAdditions(context);
      for (const message of capturedMessages(capture)) {
        const at = `frame ${message.frameNumber}, ${message.type}`;
        let value: unknown;
        const announced = watch.of(() => {
          value = decodeCaptured(message);
        });
        const ours = encodeCaptured(message, value);
        assert.deepEqual(decodeCaptured({ ...message, octets: ours }), value, at);
        // X.691 §19.7: a sender may announce additions that are absent; with as many as this one did, every octet is the same.
        const own = watch.of(() => decodeCaptured({ ...message, octets: ours }));
        assert.equal(own.length, announced.length, at);
        assert.ok(own.every((length, index) => length <= (announced[index] ?? 0)));
        const filled = watch.writtenWith(announced, () => encodeCaptured(message, value));
        assert.equal(filled.toString('hex'), Buffer.from(message.octets).toString('hex'), at);
        const isSame = own.every((length, index) => length === announced[index]);
        assert.equal(ours.equals(message.octets), isSame, at);
      }
    });
  }

  test('what we write shorter comes from Asterisk alone', () => {
    const shorter = allCapturedMessages().filter(
      (message) => !encodeCaptured(message, decodeCaptured(message)).equals(message.octets),
    );
    assert.equal(shorter.length, 151);
    assert.deepEqual(
      [...new Set(shorter.map(({ capture }) => capture))].filter((capture) => !capture.includes('asterisk')),
      [],
    );
  });

  test('TPKT and Q.931 around them write to the same octets', () => {
    for (const capture of captureNames()) {
      for (const { protocol, contents, frameNumber } of capturedContents(capture)) {
        const at = `${capture}, frame ${frameNumber}`;
        assert.deepEqual(new TpktReader().push(writeTpkt(contents)), [contents], at);
        if (protocol === 'h245') continue;
        assert.deepEqual(writeQ931(readQ931(contents)), contents, at);
        assert.deepEqual(readCallMessage(writeCallMessage(readCallMessage(contents))), readCallMessage(contents), at);
      }
    }
  });

  test('connections cut anywhere give the same packets', () => {
    for (const capture of captureNames()) {
      const whole = capturedStreams(capture).map(({ chunks }) => Buffer.concat(chunks.map(({ data }) => data)));
      const [reader, packets] = [new TpktReader(), [] as Buffer[]];
      for (const octet of Buffer.concat(whole)) packets.push(...reader.push(Buffer.from([octet])));
      const expected = capturedContents(capture).map(({ contents }) => contents.toString('hex'));
      assert.deepEqual(packets.map((packet) => packet.toString('hex')).toSorted(), expected.toSorted());
    }
  });
});
