import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asnModule } from './codec.ts';
import {
  anyInteger,
  bitString,
  boolean,
  characterString,
  choice,
  enumerated,
  extensibleChoice,
  extensibleInteger,
  extensibleSequence,
  imported,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  openType,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from './notation.ts';
import { PerError } from './per-error.ts';

const other = { Flag: boolean } as const;
/** Each type stands behind one bit, so that alignment shows. */
const types = {
  Small: sequence({ flag: boolean, value: integer(0, 9) }),
  Octet: sequence({ flag: boolean, value: integer(1, 256) }),
  TwoOctets: sequence({ flag: boolean, value: integer(0, 65_535) }),
  FourOctets: sequence({ flag: boolean, value: integer(0, 4_294_967_295) }),
  SemiConstrained: sequence({ flag: boolean, value: integer(1, Number.POSITIVE_INFINITY) }),
  Any: sequence({ flag: boolean, value: anyInteger }),
  ExtensibleNumber: sequence({ flag: boolean, value: extensibleInteger(0, 15) }),
  Colour: enumerated(['red', 'green', 'blue'], true),
  TwoFixed: sequence({ flag: boolean, value: octetString(size(2)) }),
  FourFixed: sequence({ flag: boolean, value: octetString(size(4)) }),
  Octets: sequence({ flag: boolean, value: octetString(size(0, 10)) }),
  AnyOctets: octetString(),
  Bits: bitString(size(3)),
  ManyBits: sequence({ flag: boolean, value: bitString(size(1, 2048)) }),
  Digits: sequence({ flag: boolean, value: characterString('IA5String', size(1, 128), '0123456789#*,') }),
  Name: characterString('BMPString', size(1, 128)),
  Text: characterString('IA5String'),
  Key: sequence({ flag: boolean, value: characterString('IA5String', size(1), '0123456789#*ABCD!') }),
  General: characterString('GeneralString'),
  Identifier: objectIdentifier,
  List: sequenceOf(integer(0, 3), size(1, 4)),
  Tree: choice({ leaf: integer(0, 255), branches: sequenceOf(reference('Tree')) }),
  Old: extensibleSequence({ number: integer(0, 7), note: optional(boolean) }, {}),
  New: extensibleSequence(
    { number: integer(0, 7), note: optional(boolean) },
    { flag: boolean, list: reference('List') },
  ),
  OldChoice: extensibleChoice({ none: nothing, flag: boolean }, {}),
  NewChoice: extensibleChoice({ none: nothing, flag: boolean }, { number: integer(0, 255) }),
  Wrapped: openType,
  Foreign: imported(other, 'Flag'),
} as const;
const module = asnModule(types);

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

/** Values and their octets, each worked out by hand from the clause of X.691 that is named. */
const VECTORS: readonly [clause: string, type: keyof typeof types, value: unknown, octets: string][] = [
  ['11.5.7.1: a bit-field', 'Small', { flag: true, value: 9 }, 'c8'],
  ['11.5.7.2: one octet, aligned', 'Octet', { flag: true, value: 256 }, '80 ff'],
  ['11.5.7.3: two octets, aligned', 'TwoOctets', { flag: true, value: 1718 }, '80 06b6'],
  ['11.5.7.4: length in bits, then the least octets', 'FourOctets', { flag: true, value: 256 }, 'a0 0100'],
  ['11.5.7.4: four octets', 'FourOctets', { flag: true, value: 4_294_967_295 }, 'e0 ffffffff'],
  ['11.7: from the lower bound', 'SemiConstrained', { flag: true, value: 129 }, '80 01 80'],
  ['11.8: two’s complement', 'Any', { flag: true, value: -129 }, '80 02 ff7f'],
  ['13.2.6: within the root', 'ExtensibleNumber', { flag: true, value: 15 }, 'bc'],
  ['13.2.6: beyond it', 'ExtensibleNumber', { flag: true, value: 16 }, 'c0 01 10'],
  ['14.3: an index', 'Colour', 'blue', '40'],
  ['14.3: an addition of a later version', 'Colour', 3, '80'],
  ['17.6: two fixed octets are not aligned', 'TwoFixed', { flag: true, value: hex('0102') }, '80 81 00'],
  ['17.7: more are', 'FourFixed', { flag: true, value: hex('01020304') }, '80 01020304'],
  ['17.8: length in bits', 'Octets', { flag: true, value: hex('0102') }, '90 0102'],
  ['17.8: nothing to align', 'Octets', { flag: true, value: hex('') }, '80'],
  ['11.9.3.6: a length of one octet', 'AnyOctets', hex('ff'), '01 ff'],
  ['11.9.3.7: a length of two octets', 'AnyOctets', Buffer.alloc(128, 1), `8080${'01'.repeat(128)}`],
  ['16.9: few bits', 'Bits', { length: 3, data: hex('a0') }, 'a0'],
  ['16.10: variable bits', 'ManyBits', { flag: true, value: { length: 9, data: hex('ff80') } }, '80 0008 ff80'],
  ['30.5.4: characters by their number', 'Digits', { flag: true, value: '01#' }, '82 34 00'],
  ['30.5: UCS-2', 'Name', 'aß', '02 0061 00df'],
  ['30.5.2: eight bits of IA5', 'Text', 'ab', '02 6162'],
  ['30.5.6: one character is not aligned', 'Key', { flag: true, value: '1' }, '98 80'],
  ['31: octets', 'General', 'é', '01 e9'],
  ['24: contents of X.690', 'Identifier', '0.0.8.2250.0.4', '06 00 08 91 4a 00 04'],
  ['20: a count in bits', 'List', [1, 2, 3], '9b'],
  ['23: an index and its value', 'Tree', { type: 'branches', value: [{ type: 'leaf', value: 7 }] }, '80 01 00 07'],
  ['19: without additions', 'Old', { number: 5, note: true }, '6c'],
  ['19.7: with additions', 'New', { number: 5, flag: true }, 'a8 08 01 80'],
  ['23.8: an addition', 'NewChoice', { type: 'number', value: 9 }, '80 01 09'],
  ['11.2: an open type', 'Wrapped', hex('80'), '01 80'],
];

for (const [clause, type, value, octets] of VECTORS) {
  test(`X.691 §${clause}`, () => {
    assert.equal(encodeAny(type, value).toString('hex'), hex(octets).toString('hex'));
    assert.deepEqual(plain(module.decode(type, hex(octets))), plain(value));
  });
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      part instanceof Uint8Array
        ? Buffer.from(part).toString('hex')
        : isBufferJson(part)
          ? Buffer.from(part.data).toString('hex')
          : part,
    ),
  );
}

function isBufferJson(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}
/** Values that only the vectors' table knows the type of. */
function encodeAny(type: string, value: unknown): Buffer {
  const { encode }: { encode(type: string, value: unknown): Buffer } = module;
  return encode(type, value);
}

test('octets of 16K and more go in fragments', () => {
  for (const length of [16_383, 16_384, 40_000, 65_536, 200_000]) {
    const octets = Buffer.alloc(length, 0x5a);
    assert.deepEqual(module.decode('AnyOctets', module.encode('AnyOctets', octets)), octets);
  }
});

test('what an older version does not know is kept and written again', () => {
  const octets = module.encode('New', { number: 3, flag: true, list: [1, 2] });
  const old = module.decode('Old', octets);
  assert.equal(old.number, 3);
  assert.deepEqual(
    old.unknownAdditions?.map(({ index }) => index),
    [0, 1],
  );
  assert.deepEqual(module.encode('Old', old), octets);

  const alternative = module.encode('NewChoice', { type: 'number', value: 200 });
  const unknown = module.decode('OldChoice', alternative);
  assert.equal(unknown.type, 'unknown');
  assert.deepEqual(module.encode('OldChoice', unknown), alternative);
});

type Tree = ReturnType<typeof readTree>;
const readTree = (octets: Buffer) => module.decode('Tree', octets);

test('any tree comes back as it was', () => {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record(
        { type: fc.constant('leaf' as const), value: fc.integer({ min: 0, max: 255 }) },
        { noNullPrototype: true },
      ),
      fc.record(
        { type: fc.constant('branches' as const), value: fc.array(tie('tree'), { maxLength: 5 }) },
        { noNullPrototype: true },
      ),
    ),
  }));
  fc.assert(fc.property(tree, (value) => assert.deepEqual(readTree(module.encode('Tree', value)), value)));
});

test('octets that are no value are a PerError, whatever they are and wherever they end', () => {
  const names = Object.keys(types).filter((name): name is keyof typeof types => name in types);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 40 }), (name, octets) => {
      try {
        module.decode(name, octets);
      } catch (error) {
        assert.ok(error instanceof PerError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('nothing is made on a stranger’s word', () => {
  const faults: readonly [keyof typeof types, string, PerError['fault']][] = [
    ['AnyOctets', 'bfff', 'truncated'],
    ['Text', 'bfff 00', 'truncated'],
    ['ManyBits', '80 07ff 00', 'truncated'],
    ['Tree', `${'80'.repeat(1)} ${'01 80'.repeat(200)}`, 'too-large'],
    ['List', 'ff', 'truncated'],
    ['FourOctets', '80', 'truncated'],
  ];
  for (const [type, octets, fault] of faults) {
    assert.throws(
      () => module.decode(type, hex(octets)),
      (error: unknown) => error instanceof PerError && error.fault === fault,
      `${type} ${octets}`,
    );
  }
});

test('an error names the component that it is at', () => {
  assert.throws(() => encodeAny('Small', { flag: true, value: 10 }), /out-of-range at value/);
  assert.throws(
    () => encodeAny('Tree', { type: 'branches', value: [{ type: 'leaf', value: 300 }] }),
    /branches\.0\.leaf/,
  );
  assert.throws(() => encodeAny('Small', { flag: 1, value: 1 }), /wrong-value at flag/);
  assert.throws(() => encodeAny('Tree', { type: 'root', value: 1 }), /wrong-value at root/);
});

test('identifiers that can be read can be written, and the contrary', () => {
  const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.nat(2), fc.nat(39), fc.array(number, { maxLength: 126 }), (root, second, rest) => {
      const text = [root, second, ...rest].join('.');
      assert.equal(module.decode('Identifier', module.encode('Identifier', text)), text);
    }),
  );
  assert.equal(module.decode('Identifier', hex('02 b730')), '2.7008');
  for (const text of ['1.40', '3.1', '2', '1.02', '2.9007199254740992', `1.2${'.3'.repeat(127)}`]) {
    assert.throws(() => module.encode('Identifier', text), PerError, text);
  }
  assert.throws(() => module.decode('Identifier', Buffer.concat([hex('80 81'), Buffer.alloc(129, 1)])), PerError);
});
