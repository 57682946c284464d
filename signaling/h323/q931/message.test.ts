import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bearerCapability,
  readCause,
  readDisplay,
  readNumber,
  writeCalledNumber,
  writeCause,
  writeDisplay,
} from './elements.ts';
import { ELEMENTS, elementOf, Q931Error, readQ931, writeQ931 } from './message.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('a Setup comes apart into its elements and together again', () => {
  // Bearer capability, display, called number, user-user.
  const octets = hex('08 02 1a2b 05 0403 88c0a5 2804 526f6f6d 7005 8131303031 7e0003 05 2680');
  const message = readQ931(octets);
  assert.deepEqual(
    { ...message, elements: message.elements.map(({ identifier }) => identifier) },
    {
      callReference: 0x1a2b,
      isFromDestination: false,
      type: 'setup',
      typeOctet: 5,
      elements: [ELEMENTS.bearerCapability, ELEMENTS.display, ELEMENTS.calledPartyNumber, ELEMENTS.userUser],
    },
  );
  assert.equal(readDisplay(elementOf(message, 'display')), 'Room');
  assert.equal(readNumber(elementOf(message, 'calledPartyNumber')), '1001');
  assert.deepEqual(writeQ931(message), octets);
});

test('the flag tells the answering side from the calling one', () => {
  assert.equal(readQ931(hex('08 02 9a2b 07')).isFromDestination, true);
  assert.equal(readQ931(hex('08 02 9a2b 07')).callReference, 0x1a2b);
  assert.deepEqual(
    writeQ931({ callReference: 0x1a2b, isFromDestination: true, typeOctet: 7, elements: [] }),
    hex('08 02 9a2b 07'),
  );
});

test('call references of one octet and of none are read', () => {
  assert.deepEqual(readQ931(hex('08 01 85 62')).callReference, 5);
  assert.equal(readQ931(hex('08 01 85 62')).isFromDestination, true);
  assert.equal(readQ931(hex('08 00 62')).callReference, 0);
});

test('elements of a single octet and unknown ones are kept', () => {
  const message = readQ931(hex('08 02 0001 62 a1 9f 4501 ff'));
  assert.deepEqual(
    message.elements.map(({ identifier, content }) => [identifier, Buffer.from(content).toString('hex')]),
    [
      [0xa1, ''],
      [0x9f, ''],
      [0x45, 'ff'],
    ],
  );
  assert.deepEqual(writeQ931(message), hex('08 02 0001 62 a1 9f 4501 ff'));
});

test('a type that H.225.0 does not use is told as such', () => {
  assert.deepEqual([readQ931(hex('08 02 0001 46')).type, readQ931(hex('08 02 0001 46')).typeOctet], [undefined, 0x46]);
});

test('any octets are a message or a Q931Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      try {
        readQ931(Buffer.from([8, ...octets]));
      } catch (error) {
        assert.ok(error instanceof Q931Error);
      }
    }),
    { numRuns: 2000 },
  );
});

test('lengths past the end are refused', () => {
  for (const octets of [
    '',
    '08',
    '0802',
    '08 02 00',
    '08 03 000001 05',
    '09 02 0001 05',
    '08 02 0001 05 28',
    '08 02 0001 05 2802 41',
    '08 02 0001 05 7e00',
    '08 02 0001 05 7effff05',
  ]) {
    assert.throws(() => readQ931(hex(octets)), Q931Error, octets);
  }
  assert.throws(() => readQ931(Buffer.concat([hex('08 02 0001 05'), Buffer.alloc(65, 0xa1)])), Q931Error);
});

test('causes', () => {
  assert.deepEqual(writeCause({ value: 16, location: 0 }).content, hex('80 90'));
  assert.deepEqual(readCause(hex('80 90')), { value: 16, location: 0 });
  assert.deepEqual(readCause(hex('05 80 91')), { value: 17, location: 5 });
  assert.equal(readCause(hex('80')), undefined);
  assert.equal(readCause(undefined), undefined);
  assert.throws(() => writeCause({ value: 128, location: 0 }), RangeError);
});

test('names and numbers', () => {
  assert.equal(readDisplay(writeDisplay('Class 5 – 北京').content), 'Class 5 ? ??');
  assert.equal(readDisplay(Buffer.from('北京\0')), '北京');
  assert.equal(readDisplay(hex('')), undefined);
  assert.equal(readNumber(writeCalledNumber('1001').content), '1001');
  // A calling party number has a second octet in front: presentation allowed, not screened (Q.931 §4.5.10).
  assert.equal(readNumber(Buffer.from('\x01\x80+861012345678', 'latin1')), '+861012345678');
  assert.equal(readNumber(hex('81 31ff0032')), undefined);
  assert.equal(readNumber(hex('31')), undefined);
});

test('a video call of 384 kbit/s asks for six channels', () => {
  assert.deepEqual(bearerCapability(6).content, hex('88 18 86 a5'));
});
