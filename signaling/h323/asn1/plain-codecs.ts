import type { EnumeratedType, IntegerType } from './notation.ts';
import { decodeObjectIdentifier, encodeObjectIdentifier } from './object-identifier.ts';
import type { PartCodec } from './part-codec.ts';
import { PerError } from './per-error.ts';

/** BOOLEAN (X.691 §12). Writing throws `PerError` where the value is none. */
export const booleanCodec: PartCodec = {
  read: (reader) => reader.bit(),
  write(writer, value) {
    if (typeof value !== 'boolean') {
      throw new PerError('wrong-value');
    }
    writer.bit(value);
  },
};

/** NULL (X.691 §18): takes no bits. */
export const nullCodec: PartCodec = {
  read: () => null,
  write: () => undefined,
};

/** OBJECT IDENTIFIER (X.691 §24) as text in dotted decimal. Throws `PerError`. */
export const objectIdentifierCodec: PartCodec = {
  read: (reader) => decodeObjectIdentifier(reader.octets(reader.shortLength())),
  write(writer, value) {
    if (typeof value !== 'string') {
      throw new PerError('wrong-value');
    }
    writer.countedOctets(encodeObjectIdentifier(value));
  },
};

/** Octets behind their length (X.691 §11.2), not looked into. Throws `PerError`. */
export const openTypeCodec: PartCodec = {
  read: (reader) => reader.countedOctets(),
  write(writer, value) {
    if (!(value instanceof Uint8Array)) {
      throw new PerError('wrong-value');
    }
    writer.countedOctets(value);
  },
};

/** INTEGER (X.691 §13): constrained, half constrained or free, as its bounds are. Throws `PerError`. */
export function integerCodec({ bounds }: IntegerType): PartCodec {
  return {
    read(reader) {
      if (bounds === undefined || (bounds.extensible && reader.bit())) {
        return reader.unconstrained();
      }
      return Number.isFinite(bounds.upper)
        ? reader.constrained(bounds.lower, bounds.upper)
        : reader.semiConstrained(bounds.lower);
    },
    write(writer, value) {
      if (typeof value !== 'number') {
        throw new PerError('wrong-value');
      }
      if (bounds === undefined) {
        writer.unconstrained(value);
        return;
      }
      const isBeyond = bounds.extensible && (value < bounds.lower || value > bounds.upper);
      if (bounds.extensible) {
        writer.bit(isBeyond);
      }
      if (isBeyond) {
        writer.unconstrained(value);
      } else if (Number.isFinite(bounds.upper)) {
        writer.constrained(value, bounds.lower, bounds.upper);
      } else {
        writer.semiConstrained(value, bounds.lower);
      }
    },
  };
}

/** Known names as names; an addition that we do not know as its number, counted on from the last name. */
export function enumeratedCodec({ names, extensible }: EnumeratedType): PartCodec {
  return {
    read(reader) {
      if (extensible && reader.bit()) {
        return names.length + reader.normallySmall();
      }
      return names[reader.constrained(0, names.length - 1)];
    },
    write(writer, value) {
      const index = typeof value === 'number' ? value : names.indexOf(String(value));
      const isAddition = extensible && index >= names.length;
      if (index < 0) {
        throw new PerError('wrong-value');
      }
      if (extensible) {
        writer.bit(isAddition);
      }
      if (isAddition) {
        writer.normallySmall(index - names.length);
      } else {
        writer.constrained(index, 0, names.length - 1);
      }
    },
  };
}
