import type { Optional, Types } from './notation.ts';

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
export type Value<M extends Types, T> = T extends { readonly kind: 'boolean' }
  ? boolean
  : T extends { readonly kind: 'null' }
    ? null
    : T extends { readonly kind: 'integer' }
      ? number
      : T extends { readonly kind: 'enumerated'; readonly names: readonly (infer N)[] }
        ? N | number
        : T extends { readonly kind: 'octets' | 'open' }
          ? Uint8Array
          : T extends { readonly kind: 'bits' }
            ? Bits
            : T extends { readonly kind: 'oid' | 'string' }
              ? string
              : T extends { readonly kind: 'sequence'; readonly root: infer R; readonly additions: infer A }
                ? SequenceValue<M, R, NonNullable<A>>
                : T extends { readonly kind: 'sequence-of'; readonly element: infer E }
                  ? readonly Value<M, E>[]
                  : T extends { readonly kind: 'choice'; readonly root: infer R; readonly additions: infer A }
                    ? ChoiceValue<M, R> | ChoiceValue<M, NonNullable<A>> | UnknownAlternative
                    : T extends { readonly kind: 'reference'; readonly name: infer N extends keyof M }
                      ? Value<M, M[N]>
                      : T extends {
                            readonly kind: 'imported';
                            readonly types: infer O extends Types;
                            readonly name: infer N;
                          }
                        ? N extends keyof O
                          ? Value<O, O[N]>
                          : never
                        : never;

type Required<C> = { [K in keyof C]: C[K] extends Optional ? never : K }[keyof C];
type Left<C> = { [K in keyof C]: C[K] extends Optional ? K : never }[keyof C];
type Bare<T> = T extends { readonly kind: 'optional'; readonly type: infer U } ? U : T;

type SequenceValue<M extends Types, R, A> = {
  readonly [K in Required<R>]: Value<M, R[K]>;
} & { readonly [K in Left<R>]?: Value<M, Bare<R[K]>> } & {
  readonly [K in keyof A]?: Value<M, Bare<A[K]>>;
} & { readonly unknownAdditions?: readonly UnknownAddition[] };

type ChoiceValue<M extends Types, C> = {
  [K in keyof C]: { readonly type: K; readonly value: Value<M, C[K]> };
}[keyof C];
