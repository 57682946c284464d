/**
 * ASN.1 (X.680) as data: a type is a small frozen object, a module a table of them by name. What a peer sends is read and written by
 * these tables (./codec.ts), and TypeScript's types of the values follow from them (./value.ts).
 */
export type AsnType =
  | BooleanType
  | NullType
  | IntegerType
  | EnumeratedType
  | OctetStringType
  | BitStringType
  | ObjectIdentifierType
  | CharacterStringType
  | SequenceType
  | SequenceOfType
  | ChoiceType
  | OpenType
  | Reference
  | Imported;

/** Types by their names. */
export type Types = Readonly<Record<string, AsnType>>;
/** Components of a SEQUENCE, alternatives of a CHOICE: in the order of the text, which is the order on the wire (AUTOMATIC TAGS). */
export type Components = Readonly<Record<string, AsnType | Optional>>;

/** Least and greatest size or value; `extensible`: others may come (X.680 §51). */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
  readonly extensible: boolean;
}

/** One bit (X.691 §12). */
export interface BooleanType {
  readonly kind: 'boolean';
}
/** Nothing on the wire (X.691 §18); its value is `null`. */
export interface NullType {
  readonly kind: 'null';
}
/** A whole number (X.691 §13). */
export interface IntegerType {
  readonly kind: 'integer';
  /** Undefined: any whole number. */
  readonly bounds: Bounds | undefined;
}
/** One of `names`, sent by its place among them (X.691 §14); with `extensible` a later version may have more. */
export interface EnumeratedType<N extends string = string> {
  readonly kind: 'enumerated';
  readonly names: readonly N[];
  readonly extensible: boolean;
}
/** Octets (X.691 §17); `size` counts octets, undefined: any number. */
export interface OctetStringType {
  readonly kind: 'octets';
  readonly size: Bounds | undefined;
}
/** Bits (X.691 §16); `size` counts bits, undefined: any number. */
export interface BitStringType {
  readonly kind: 'bits';
  readonly size: Bounds | undefined;
}
/** An object identifier (X.691 §24), as text in dotted decimal: `0.0.8.2250.0.4`. */
export interface ObjectIdentifierType {
  readonly kind: 'oid';
}
/** Text of a character set (X.691 §30); `size` counts characters, undefined: any number. */
export interface CharacterStringType {
  readonly kind: 'string';
  readonly set: 'IA5String' | 'NumericString' | 'PrintableString' | 'BMPString' | 'GeneralString';
  readonly size: Bounds | undefined;
  /** The only characters that may occur. */
  readonly alphabet: string | undefined;
}
/** SEQUENCE (X.691 §19); its value is an object with a property for each component that is there. */
export interface SequenceType<R extends Components = Components, A extends Components = Components> {
  readonly kind: 'sequence';
  readonly root: R;
  /** Known extension additions; undefined where the type has no extension marker. */
  readonly additions: A | undefined;
}
/** SEQUENCE OF and SET OF (X.691 §20, §22); its value is an array, `size` counts elements. */
export interface SequenceOfType<E extends AsnType = AsnType> {
  readonly kind: 'sequence-of';
  readonly element: E;
  readonly size: Bounds | undefined;
}
/** CHOICE (X.691 §23); `additions` as in `SequenceType`. */
export interface ChoiceType<
  R extends Readonly<Record<string, AsnType>> = Readonly<Record<string, AsnType>>,
  A extends Readonly<Record<string, AsnType>> = Readonly<Record<string, AsnType>>,
> {
  readonly kind: 'choice';
  readonly root: R;
  readonly additions: A | undefined;
}
/** Any type, wrapped in a length (X.691 §11.2); its octets are given as they are. */
export interface OpenType {
  readonly kind: 'open';
}
/** A type of the same module. */
export interface Reference<N extends string = string> {
  readonly kind: 'reference';
  readonly name: N;
}
/** A type of another module. */
export interface Imported<M extends Types = Types, N extends string = string> {
  readonly kind: 'imported';
  readonly types: M;
  readonly name: N;
}
/** A component that may be left out. */
export interface Optional<T extends AsnType = AsnType> {
  readonly kind: 'optional';
  readonly type: T;
}

/** BOOLEAN. */
export const boolean: BooleanType = { kind: 'boolean' };
/** NULL. */
export const nothing: NullType = { kind: 'null' };
/** OBJECT IDENTIFIER. */
export const objectIdentifier: ObjectIdentifierType = { kind: 'oid' };
/** An open type, as parameters and what H.235 or H.460 put in by their own modules. */
export const openType: OpenType = { kind: 'open' };
/** INTEGER without a constraint. */
export const anyInteger: IntegerType = { kind: 'integer', bounds: undefined };

/** From `lower` to `upper`, both included. */
export function integer(lower: number, upper: number): IntegerType {
  return { kind: 'integer', bounds: { lower, upper, extensible: false } };
}

/** As `integer`, with `...` behind: greater numbers may come. */
export function extensibleInteger(lower: number, upper: number): IntegerType {
  return { kind: 'integer', bounds: { lower, upper, extensible: true } };
}

/** ENUMERATED of these names in the order of the text; `extensible`: with `...` behind. */
export function enumerated<const N extends string>(names: readonly N[], extensible = false): EnumeratedType<N> {
  return { kind: 'enumerated', names, extensible };
}

/** SIZE (lower..upper); a fixed size with one number. */
export function size(lower: number, upper = lower): Bounds {
  return { lower, upper, extensible: false };
}

/** OCTET STRING, of any length without bounds. */
export function octetString(bounds?: Bounds): OctetStringType {
  return { kind: 'octets', size: bounds };
}

/** BIT STRING, of any length without bounds. */
export function bitString(bounds?: Bounds): BitStringType {
  return { kind: 'bits', size: bounds };
}

/** One of the restricted strings; `alphabet`: FROM ("…"), the only characters that may occur. */
export function characterString(
  set: CharacterStringType['set'],
  bounds?: Bounds,
  alphabet?: string,
): CharacterStringType {
  return { kind: 'string', set, size: bounds, alphabet };
}

/** A SEQUENCE without extension marker. */
export function sequence<const R extends Components>(root: R): SequenceType<R, Record<never, never>> {
  return { kind: 'sequence', root, additions: undefined };
}

/** A SEQUENCE with extension marker: what follows it in the table is known, what a peer adds beyond is kept unread. */
export function extensibleSequence<const R extends Components, const A extends Components = Record<never, never>>(
  root: R,
  additions: A,
): SequenceType<R, A> {
  return { kind: 'sequence', root, additions };
}

/** SEQUENCE OF and SET OF, which look the same on the wire. */
export function sequenceOf<const E extends AsnType>(element: E, bounds?: Bounds): SequenceOfType<E> {
  return { kind: 'sequence-of', element, size: bounds };
}

/** A CHOICE without extension marker. */
export function choice<const R extends Readonly<Record<string, AsnType>>>(
  root: R,
): ChoiceType<R, Record<never, never>> {
  return { kind: 'choice', root, additions: undefined };
}

/** A CHOICE with extension marker. */
export function extensibleChoice<
  const R extends Readonly<Record<string, AsnType>>,
  const A extends Readonly<Record<string, AsnType>> = Record<never, never>,
>(root: R, additions: A): ChoiceType<R, A> {
  return { kind: 'choice', root, additions };
}

/** A component with OPTIONAL: absent, its property is undefined. */
export function optional<const T extends AsnType>(type: T): Optional<T> {
  return { kind: 'optional', type };
}

/** A type of the same module by its name, so that types may hold each other. */
export function reference<const N extends string>(name: N): Reference<N> {
  return { kind: 'reference', name };
}

/** A type of another module: IMPORTS. */
export function imported<M extends Types, const N extends string & keyof M>(types: M, name: N): Imported<M, N> {
  return { kind: 'imported', types, name };
}
