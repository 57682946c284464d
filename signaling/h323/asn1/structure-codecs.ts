import type { AsnType, ChoiceType, Components, Optional, SequenceOfType, SequenceType } from './notation.ts';
import type { PartCodec } from './part-codec.ts';
import { PerError } from './per-error.ts';
import type { PerReader } from './per-reader.ts';
import { PerWriter } from './per-writer.ts';
import { fixedSize, readSize, writeSize } from './sizes.ts';
import type { UnknownAddition } from './value.ts';

/** Gives the codec of a type. */
export type CodecOf = (type: AsnType) => PartCodec;

/** A part of a type. Types may hold themselves: what reads and writes a part is looked up when it is first used. */
class Component {
  readonly name: string;
  readonly isOptional: boolean;
  readonly #find: () => PartCodec;
  #found: PartCodec | undefined;

  constructor(name: string, type: AsnType | Optional, codecOf: CodecOf) {
    this.name = name;
    this.isOptional = type.kind === 'optional';
    this.#find = () => codecOf(type.kind === 'optional' ? type.type : type);
  }

  get codec(): PartCodec {
    this.#found ??= this.#find();
    return this.#found;
  }
}

/** Additions that a peer may announce: H.245 version 17 has 20 at most in a type. */
const MAXIMUM_ADDITIONS = 256;
const NO_ADDITIONS: readonly UnknownAddition[] = [];

/** SEQUENCE (X.691 §19). Additions that we do not know are kept in `unknownAdditions`. */
export function sequenceCodec({ root, additions }: SequenceType, codecOf: CodecOf): PartCodec {
  const rootComponents = componentsOf(root, codecOf);
  const optionals = rootComponents.filter(({ isOptional }) => isOptional);
  const added = additions === undefined ? [] : componentsOf(additions, codecOf);
  return {
    read(reader) {
      reader.enter();
      reader.countPart();
      const value: Record<string, unknown> = {};
      const isExtended = additions !== undefined && reader.bit();
      const present = optionals.map(() => reader.bit());
      let option = 0;
      let at = '';
      try {
        for (const { name, isOptional, codec } of rootComponents) {
          at = name;
          if (!isOptional || present[option]) {
            value[name] = codec.read(reader);
          }
          option += isOptional ? 1 : 0;
        }
      } catch (error) {
        throw within(error, at);
      }
      if (isExtended) {
        readAdditions(reader, added, value);
      }
      reader.leave();
      return value;
    },
    write(writer, value) {
      if (!isRecord(value)) {
        throw new PerError('wrong-value');
      }
      const unknown = additions === undefined ? NO_ADDITIONS : unknownAdditionsOf(value, added.length);
      const isExtended = unknown.length > 0 || lastOf(added, value) >= 0;
      if (additions !== undefined) {
        writer.bit(isExtended);
      }
      for (const { name } of optionals) {
        writer.bit(value[name] !== undefined);
      }
      let at = '';
      try {
        for (const { name, isOptional, codec } of rootComponents) {
          at = name;
          const part = value[name];
          if (!isOptional || part !== undefined) {
            codec.write(writer, part);
          }
        }
      } catch (error) {
        throw within(error, at);
      }
      if (isExtended) {
        writeAdditions(writer, added, value, unknown);
      }
    },
  };
}

/** CHOICE (X.691 §23): `{ type, value }`. */
export function choiceCodec({ root, additions }: ChoiceType, codecOf: CodecOf): PartCodec {
  const alternatives = componentsOf(root, codecOf);
  const added = additions === undefined ? [] : componentsOf(additions, codecOf);
  const [known, knownAdditions] = [numbered(alternatives), numbered(added)];
  return {
    read(reader) {
      reader.enter();
      reader.countPart();
      const isAddition = additions !== undefined && reader.bit();
      const index = isAddition ? reader.normallySmall() : reader.constrained(0, alternatives.length - 1);
      const chosen = (isAddition ? added : alternatives)[index];
      if (chosen === undefined) {
        if (!isAddition) {
          throw new PerError('out-of-range');
        }
        const data = reader.countedOctets();
        reader.leave();
        return { type: 'unknown', index, data };
      }
      try {
        const value = chosen.codec.read(isAddition ? reader.openType() : reader);
        reader.leave();
        return { type: chosen.name, value };
      } catch (error) {
        throw within(error, chosen.name);
      }
    },
    write(writer, choice) {
      if (!isRecord(choice)) {
        throw new PerError('wrong-value');
      }
      const { type, value } = choice;
      const chosen = known.get(type);
      if (chosen !== undefined) {
        if (additions !== undefined) {
          writer.bit(false);
        }
        writer.constrained(chosen.index, 0, alternatives.length - 1);
        writeWithin(writer, chosen.component, value);
        return;
      }
      const addition = knownAdditions.get(type);
      const { data } = choice;
      const place = addition?.index ?? choice.index;
      if (additions === undefined || typeof place !== 'number') {
        throw new PerError('wrong-value', [String(type)]);
      }
      writer.bit(true);
      writer.normallySmall(place);
      if (addition !== undefined) {
        writer.openType((inner) => writeWithin(inner, addition.component, value));
      } else if (data instanceof Uint8Array) {
        writer.countedOctets(data);
      } else {
        throw new PerError('wrong-value', [String(type)]);
      }
    },
  };
}

/** SEQUENCE OF and SET OF (X.691 §20, §22). */
export function sequenceOfCodec({ element, size }: SequenceOfType, codecOf: CodecOf): PartCodec {
  const codec = codecOf(element);
  const fixed = fixedSize(size);
  return {
    read(reader) {
      reader.enter();
      const length = fixed ?? readSize(reader, size);
      const values: unknown[] = [];
      try {
        while (values.length < length) {
          reader.countPart();
          values.push(codec.read(reader));
        }
      } catch (error) {
        throw within(error, String(values.length));
      }
      reader.leave();
      return values;
    },
    write(writer, values) {
      if (!Array.isArray(values)) {
        throw new PerError('wrong-value');
      }
      if (fixed === undefined) {
        writeSize(writer, size, values.length);
      } else if (values.length !== fixed) {
        throw new PerError('out-of-range');
      }
      let index = 0;
      try {
        for (; index < values.length; index++) {
          codec.write(writer, values[index]);
        }
      } catch (error) {
        throw within(error, String(index));
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
  const present: boolean[] = [];
  for (let index = 0; index < count; index++) {
    present.push(reader.bit());
  }
  const unknown: UnknownAddition[] = [];
  for (let index = 0; index < count; index++) {
    const component = known[index];
    if (present[index] && component === undefined) {
      unknown.push({ index, data: reader.countedOctets() });
    } else if (present[index] && component !== undefined) {
      try {
        value[component.name] = component.codec.read(reader.openType());
      } catch (error) {
        throw within(error, component.name);
      }
    }
  }
  if (unknown.length > 0) {
    value.unknownAdditions = unknown;
  }
}

/** Additions that a value was read with and we do not know, in their order; `known`: how many we do know. */
function unknownAdditionsOf({ unknownAdditions }: Record<string, unknown>, known: number): readonly UnknownAddition[] {
  if (unknownAdditions === undefined) {
    return NO_ADDITIONS;
  }
  if (!Array.isArray(unknownAdditions)) {
    throw new PerError('wrong-value', ['unknownAdditions']);
  }
  const additions = unknownAdditions.map((addition: unknown) => {
    if (!isUnknownAddition(addition) || addition.index < known) {
      throw new PerError('wrong-value', ['unknownAdditions']);
    }
    return addition;
  });
  return additions.sort((a, b) => a.index - b.index);
}

/** The additions that are there, at least one. Of the bitmap as much as the last one needs. */
function writeAdditions(
  writer: PerWriter,
  known: readonly Component[],
  value: Record<string, unknown>,
  unknown: readonly UnknownAddition[],
): void {
  const last = unknown.at(-1)?.index ?? lastOf(known, value);
  writer.normallySmallLength(last + 1);
  for (let index = 0; index <= last; index++) {
    const component = known[index];
    writer.bit(
      component === undefined
        ? unknown.some((addition) => addition.index === index)
        : value[component.name] !== undefined,
    );
  }
  for (const component of known) {
    const part = value[component.name];
    if (part !== undefined) {
      writer.openType((inner) => writeWithin(inner, component, part));
    }
  }
  for (const { data } of unknown) {
    writer.countedOctets(data);
  }
}

/** The place of the last component that is there; -1 where none is. */
function lastOf(components: readonly Component[], value: Record<string, unknown>): number {
  return components.findLastIndex(({ name }) => value[name] !== undefined);
}

function componentsOf(components: Components, codecOf: CodecOf): Component[] {
  return Object.entries(components).map(([name, type]) => new Component(name, type, codecOf));
}

/** Components with their places, by name. */
function numbered(components: readonly Component[]): ReadonlyMap<unknown, { index: number; component: Component }> {
  return new Map(components.map((component, index) => [component.name, { index, component }]));
}

function writeWithin(writer: PerWriter, { name, codec }: Component, value: unknown): void {
  try {
    codec.write(writer, value);
  } catch (error) {
    throw within(error, name);
  }
}

/** An error of a part, told as one of what the part is in. */
function within(error: unknown, name: string): unknown {
  return error instanceof PerError ? error.within(name) : error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnknownAddition(value: unknown): value is UnknownAddition {
  return isRecord(value) && typeof value.index === 'number' && value.index >= 0 && value.data instanceof Uint8Array;
}
