import type { AsnType, Types } from './notation.ts';
import type { PartCodec } from './part-codec.ts';
import { PerError } from './per-error.ts';
import { PerReader } from './per-reader.ts';
import {
  booleanCodec,
  enumeratedCodec,
  integerCodec,
  nullCodec,
  objectIdentifierCodec,
  openTypeCodec,
} from './plain-codecs.ts';
import { bitStringCodec, characterStringCodec, octetStringCodec } from './string-codecs.ts';
import { choiceCodec, sequenceCodec, sequenceOfCodec, whole } from './structure-codecs.ts';
import type { Value } from './value.ts';

const compiled = new WeakMap<Types, Map<string, PartCodec>>();

/** A module of ASN.1 types, ready to read and write their values. */
export interface AsnModule<M extends Types> {
  readonly types: M;
  /**
   * A value of the type `name`, read from aligned PER (X.691). Octet strings in it share the memory of `data`; what stands behind the
   * value is left alone. Throws PerError.
   */
  decode<const N extends string & keyof M>(name: N, data: Uint8Array): Value<M, M[N]>;
  /** Aligned PER of a value of the type `name`. Throws PerError where it is none. */
  encode<const N extends string & keyof M>(name: N, value: NoInfer<Value<M, M[N]>>): Buffer;
}

/** Makes a module of its table. */
export function asnModule<M extends Types>(types: M): AsnModule<M> {
  const module: unknown = {
    types,
    decode: (name: string, data: Uint8Array) => codecOf(types, name).read(new PerReader(data)),
    encode: (name: string, value: unknown) => whole(codecOf(types, name), value),
  };
  // The types of the values follow from the same tables as what is read and written.
  return module as AsnModule<M>;
}

function codecOf(types: Types, name: string): PartCodec {
  const codecs = compiled.get(types) ?? new Map<string, PartCodec>();
  compiled.set(types, codecs);
  const found = codecs.get(name);
  if (found !== undefined) {
    return found;
  }
  const type = types[name];
  if (type === undefined) {
    throw new PerError('wrong-value', [name]);
  }
  const codec = compile(types, type);
  codecs.set(name, codec);
  return codec;
}

function compile(types: Types, type: AsnType): PartCodec {
  const partOf = (part: AsnType) => compile(types, part);
  switch (type.kind) {
    case 'boolean':
      return booleanCodec;
    case 'null':
      return nullCodec;
    case 'integer':
      return integerCodec(type);
    case 'enumerated':
      return enumeratedCodec(type);
    case 'octets':
      return octetStringCodec(type);
    case 'bits':
      return bitStringCodec(type);
    case 'oid':
      return objectIdentifierCodec;
    case 'string':
      return characterStringCodec(type);
    case 'open':
      return openTypeCodec;
    case 'sequence':
      return sequenceCodec(type, partOf);
    case 'sequence-of':
      return sequenceOfCodec(type, partOf);
    case 'choice':
      return choiceCodec(type, partOf);
    case 'reference':
      return codecOf(types, type.name);
    case 'imported':
      return codecOf(type.types, type.name);
  }
}
