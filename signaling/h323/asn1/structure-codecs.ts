import type { AsnType, ChoiceType, Components, Optional, SequenceOfType, SequenceType } from './notation.ts';
import type { PartCodec } from './part-codec.ts';
import { PerError } from './per-error.ts';
import type { PerReader } from './per-reader.ts';
import { PerWriter } from './per-writer.ts';
import { fixedSize, readSize, writeSize } from './sizes.ts';
import type { UnknownAddition } from './value.ts';

/** Gives the codec of a type. */
export type CodecOf = (type: AsnType) => PartCodec;

interface Component {
  readonly name: string;
  readonly isOptional: boolean;
  readonly codec: PartCodec;
}

/** Additions that a peer may announce: H.245 version 17 has 20 at most in a type. */
const MAXIMUM_ADDITIONS = 256;

/** SEQUENCE (X.691 §19). Additions that we do not know are kept in `unknownAdditions`. */
export function sequenceCodec({ root, additions }: SequenceType, codecOf: CodecOf): PartCodec {
  const rootComponents = componentsOf(root, codecOf);
  const optionals = rootComponents.filter(({ isOptional }) => isOptional);
  const added = additions === undefined ? [] : componentsOf(additions, codecOf);
  return {
    read: (reader) =>
      reader.nested(() => {
        reader.countPart();
        const value: Record<string, unknown> = {};
        const isExtended = additions !== undefined && reader.bit();
        const present = new Set(optionals.filter(() => reader.bit()));
        for (const component of rootComponents) {
          if (!component.isOptional || present.has(component)) {
            value[component.name] = named(component.name, () => component.codec.read(reader));
          }
        }
        if (isExtended) {
          readAdditions(reader, added, value);
        }
        return value;
      }),
    write(writer, value) {
      if (!isRecord(value)) {
        throw new PerError('wrong-value');
      }
      const extension = additions === undefined ? [] : additionsOf(added, value);
      if (additions !== undefined) {
        writer.bit(extension.length > 0);
      }
      for (const { name } of optionals) {
        writer.bit(value[name] !== undefined);
      }
      for (const { name, isOptional, codec } of rootComponents) {
        if (!isOptional || value[name] !== undefined) {
          named(name, () => codec.write(writer, value[name]));
        }
      }
      if (extension.length > 0) {
        writeAdditions(writer, extension);
      }
    },
  };
}

/** CHOICE (X.691 §23): `{ type, value }`. */
export function choiceCodec({ root, additions }: ChoiceType, codecOf: CodecOf): PartCodec {
  const alternatives = componentsOf(root, codecOf);
  const added = additions === undefined ? [] : componentsOf(additions, codecOf);
  return {
    read: (reader) =>
      reader.nested(() => {
        reader.countPart();
        if (additions !== undefined && reader.bit()) {
          const index = reader.normallySmall();
          const known = added[index];
          if (known === undefined) {
            return { type: 'unknown', index, data: reader.countedOctets() };
          }
          return { type: known.name, value: named(known.name, () => known.codec.read(reader.openType())) };
        }
        const chosen = alternatives[reader.constrained(0, alternatives.length - 1)];
        if (chosen === undefined) {
          throw new PerError('out-of-range');
        }
        return { type: chosen.name, value: named(chosen.name, () => chosen.codec.read(reader)) };
      }),
    write(writer, choice) {
      if (!isRecord(choice)) {
        throw new PerError('wrong-value');
      }
      const { type, value } = choice;
      const index = alternatives.findIndex(({ name }) => name === type);
      const chosen = alternatives[index];
      if (chosen !== undefined) {
        if (additions !== undefined) {
          writer.bit(false);
        }
        writer.constrained(index, 0, alternatives.length - 1);
        named(chosen.name, () => chosen.codec.write(writer, value));
        return;
      }
      const addition = added.findIndex(({ name }) => name === type);
      const codec = added[addition]?.codec;
      const octets = codec === undefined ? choice.data : named(String(type), () => whole(codec, value));
      const place = codec === undefined ? choice.index : addition;
      if (additions === undefined || !(octets instanceof Uint8Array) || typeof place !== 'number') {
        throw new PerError('wrong-value', [String(type)]);
      }
      writer.bit(true);
      writer.normallySmall(place);
      writer.countedOctets(octets);
    },
  };
}

/** SEQUENCE OF and SET OF (X.691 §20, §22). */
export function sequenceOfCodec({ element, size }: SequenceOfType, codecOf: CodecOf): PartCodec {
  const codec = codecOf(element);
  const fixed = fixedSize(size);
  return {
    read: (reader) =>
      reader.nested(() => {
        const length = fixed ?? readSize(reader, size);
        const values: unknown[] = [];
        for (let index = 0; index < length; index++) {
          reader.countPart();
          values.push(named(String(index), () => codec.read(reader)));
        }
        return values;
      }),
    write(writer, values) {
      if (!Array.isArray(values)) {
        throw new PerError('wrong-value');
      }
      if (fixed === undefined) {
        writeSize(writer, size, values.length);
      } else if (values.length !== fixed) {
        throw new PerError('out-of-range');
      }
      for (const [index, value] of values.entries()) {
        named(String(index), () => codec.write(writer, value));
      }
    },
  };
}

/** The octets of a value that stands for itself (X.691 §11.1). */
export function whole(codec: PartCodec, value: unknown): Buffer {
  const writer = new PerWriter();
  codec.write(writer, value);
  return writer.finish();
}

function readAdditions(reader: PerReader, known: readonly Component[], value: Record<string, unknown>): void {
  const count = reader.normallySmallLength();
  if (count > MAXIMUM_ADDITIONS) {
    throw new PerError('too-large');
  }
  const present = Array.from({ length: count }, () => reader.bit());
  const unknown: UnknownAddition[] = [];
  present.forEach((isPresent, index) => {
    const component = known[index];
    if (isPresent && component === undefined) {
      unknown.push({ index, data: reader.countedOctets() });
    } else if (isPresent && component !== undefined) {
      value[component.name] = named(component.name, () => component.codec.read(reader.openType()));
    }
  });
  if (unknown.length > 0) {
    value.unknownAdditions = unknown;
  }
}

function additionsOf(known: readonly Component[], value: Record<string, unknown>): UnknownAddition[] {
  const additions: UnknownAddition[] = [];
  known.forEach(({ name, codec }, index) => {
    if (value[name] !== undefined) {
      additions.push({ index, data: named(name, () => whole(codec, value[name])) });
    }
  });
  const { unknownAdditions = [] } = value;
  if (!Array.isArray(unknownAdditions)) {
    throw new PerError('wrong-value', ['unknownAdditions']);
  }
  for (const addition of unknownAdditions) {
    if (!isUnknownAddition(addition) || addition.index < known.length) {
      throw new PerError('wrong-value', ['unknownAdditions']);
    }
    additions.push(addition);
  }
  return additions.sort((a, b) => a.index - b.index);
}

function writeAdditions(writer: PerWriter, additions: readonly UnknownAddition[]): void {
  const count = (additions.at(-1)?.index ?? 0) + 1;
  const present = new Set(additions.map(({ index }) => index));
  writer.normallySmallLength(count);
  for (let index = 0; index < count; index++) {
    writer.bit(present.has(index));
  }
  for (const { data } of additions) {
    writer.countedOctets(data);
  }
}

function componentsOf(components: Components, codecOf: CodecOf): Component[] {
  return Object.entries(components).map(([name, type]) => ({
    name,
    isOptional: type.kind === 'optional',
    codec: lazily(() => codecOf(bare(type))),
  }));
}

/** Types may hold themselves: their parts are looked up when they are first used. */
function lazily(find: () => PartCodec): PartCodec {
  let found: PartCodec | undefined;
  const codec = () => {
    found ??= find();
    return found;
  };
  return { read: (reader) => codec().read(reader), write: (writer, value) => codec().write(writer, value) };
}

function bare(type: AsnType | Optional): AsnType {
  return type.kind === 'optional' ? type.type : type;
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof PerError ? error.within(name) : error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnknownAddition(value: unknown): value is UnknownAddition {
  return isRecord(value) && typeof value.index === 'number' && value.index >= 0 && value.data instanceof Uint8Array;
}
