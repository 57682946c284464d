import type { AsnType, Bounds, Optional, Types } from '#signaling/h323/asn1/notation.ts';

/** Octets that hold messages of their own, which the captures have. */
const CARRIERS = new Set([
  'fastStart',
  'returnedFunction',
  'h245Control',
  'parallelH245Control',
  'h4501SupplementaryService',
  'tunnelledSignallingMessage',
]);
/** Levels down to which everything optional is there. */
const FULL_LEVELS = 4;

/**
 * A value of a type: with what must be there alone, or, where `full`, with everything optional and every addition down to some levels.
 * Of choices the first alternative, unless `chosen` names others, outermost first.
 */
export function exampleValue(
  type: AsnType | Optional,
  types: Types,
  full: boolean,
  chosen: readonly string[] = [],
): unknown {
  return example(type, { types, full, level: 0 }, chosen);
}

interface Place {
  readonly types: Types;
  readonly full: boolean;
  readonly level: number;
}

function example(type: AsnType | Optional, place: Place, chosen: readonly string[]): unknown {
  switch (type.kind) {
    case 'optional':
      return example(type.type, place, chosen);
    case 'reference':
    case 'imported': {
      const types = type.kind === 'reference' ? place.types : type.types;
      const target = types[type.name];
      if (target === undefined) throw new Error(`no type ${type.name}`);
      return example(target, { ...place, types }, chosen);
    }
    case 'boolean':
      return place.full;
    case 'null':
      return null;
    case 'integer':
      return place.full && type.bounds !== undefined && Number.isFinite(type.bounds.upper)
        ? type.bounds.upper
        : (type.bounds?.lower ?? 1);
    case 'enumerated':
      return type.names[0];
    case 'octets':
      return Buffer.alloc(sizeOf(type.size), 1);
    case 'bits':
      return { length: sizeOf(type.size), data: Buffer.alloc(Math.ceil(sizeOf(type.size) / 8)) };
    case 'oid':
      return '0.0.8.999.1';
    case 'string':
      return '1'.repeat(sizeOf(type.size));
    case 'open':
      return Buffer.from([1]);
    case 'sequence-of':
      return Array.from({ length: sizeOf(type.size) }, () => example(type.element, deeper(place), []));
    case 'choice': {
      const [wanted, ...rest] = chosen;
      const alternatives = { ...type.root, ...type.additions };
      const name = wanted ?? Object.keys(alternatives)[0] ?? '';
      const alternative = alternatives[name];
      if (alternative === undefined) throw new Error(`no alternative ${name}`);
      return { type: name, value: example(alternative, deeper(place), rest) };
    }
    case 'sequence': {
      const isFull = place.full && place.level < FULL_LEVELS;
      const components = [
        ...Object.entries(type.root).filter(([, { kind }]) => isFull || kind !== 'optional'),
        ...(isFull ? Object.entries(type.additions ?? {}) : []),
      ];
      return Object.fromEntries(
        components
          .filter(([name]) => !CARRIERS.has(name))
          .map(([name, part], index) => [name, example(part, deeper(place), index === 0 ? chosen : [])]),
      );
    }
  }
}

function deeper(place: Place): Place {
  return { ...place, level: place.level + 1 };
}

/** One, or as near to it as may be. */
function sizeOf(bounds: Bounds | undefined): number {
  return bounds === undefined ? 1 : Math.max(bounds.lower, Math.min(1, bounds.upper));
}

/** Alternatives of a choice by their names. */
export function alternativesOf(type: AsnType | undefined): string[] {
  return type?.kind === 'choice' ? Object.keys({ ...type.root, ...type.additions }) : [];
}
