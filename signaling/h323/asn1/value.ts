import type {
  AsnType,
  BitStringType,
  BooleanType,
  CharacterStringType,
  ChoiceType,
  Components,
  EnumeratedType,
  Imported,
  IntegerType,
  NullType,
  ObjectIdentifierType,
  OctetStringType,
  OpenType,
  Optional,
  Reference,
  SequenceOfType,
  SequenceType,
  Types,
} from './notation.ts';

/** A BIT STRING: `length` bits, the first one the most significant of the first octet. */
export interface Bits {
  readonly length: number;
  readonly data: Uint8Array;
}

/** An extension addition that our tables do not have: its place among the additions, from 0, and its octets. */
export interface UnknownAddition {
  readonly index: number;
  readonly data: Uint8Array;
}

/** An alternative that our tables do not have. */
export interface UnknownAlternative {
  readonly type: 'unknown';
  readonly index: number;
  readonly data: Uint8Array;
}

/** Values of a type `T` of the module `M`. An enumeration's unknown additions are their index. */
export type Value<M extends Types, T extends AsnType> = T extends BooleanType
  ? boolean
  : T extends NullType
    ? null
    : T extends IntegerType
      ? number
      : T extends EnumeratedType<infer N>
        ? N | number
        : T extends OctetStringType | OpenType
          ? Uint8Array
          : T extends BitStringType
            ? Bits
            : T extends ObjectIdentifierType | CharacterStringType
              ? string
              : T extends SequenceType<infer R, infer A>
                ? SequenceValue<M, R, A>
                : T extends SequenceOfType<infer E>
                  ? readonly Value<M, E>[]
                  : T extends ChoiceType<infer R, infer A>
                    ? ChoiceValue<M, R> | ChoiceValue<M, A> | UnknownAlternative
                    : T extends Reference<infer N>
                      ? N extends keyof M
                        ? Value<M, M[N]>
                        : never
                      : T extends Imported<infer O, infer N>
                        ? N extends keyof O
                          ? Value<O, O[N]>
                          : never
                        : never;

type Required<C extends Components> = { [K in keyof C]: C[K] extends Optional ? never : K }[keyof C];
type Left<C extends Components> = { [K in keyof C]: C[K] extends Optional ? K : never }[keyof C];
type Bare<T> = T extends Optional<infer U> ? U : T extends AsnType ? T : never;

type SequenceValue<M extends Types, R extends Components, A extends Components> = {
  readonly [K in Required<R>]: Value<M, Bare<R[K]>>;
} & { readonly [K in Left<R>]?: Value<M, Bare<R[K]>> } & {
  readonly [K in keyof A]?: Value<M, Bare<A[K]>>;
} & { readonly unknownAdditions?: readonly UnknownAddition[] };

type ChoiceValue<M extends Types, C extends Readonly<Record<string, AsnType>>> = {
  [K in keyof C]: { readonly type: K; readonly value: Value<M, C[K]> };
}[keyof C];
