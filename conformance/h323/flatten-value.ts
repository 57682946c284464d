import type { AsnType, Optional, Types } from '#signaling/h323/asn1/notation.ts';

/** A component of a value: its name, and what it is in one word. */
export interface Named {
  readonly name: string;
  /** Of a part of a list, by which it may be named too. */
  readonly list?: string;
  readonly kind: AsnType['kind'];
  /** Octets in hexadecimal, numbers in decimals, the name of an alternative, how many parts a list has; empty for a SEQUENCE. */
  readonly text: string;
}

/** A value of a type, component by component in the order of the table, as a list of names and values. */
export function* flattenValue(name: string, type: AsnType | Optional, value: unknown, types: Types): Generator<Named> {
  switch (type.kind) {
    case 'optional':
      yield* flattenValue(name, type.type, value, types);
      return;
    case 'reference':
    case 'imported': {
      const home = type.kind === 'reference' ? types : type.types;
      const target = home[type.name];
      if (target === undefined) throw new Error(`no type ${type.name}`);
      yield* flattenValue(name, target, value, home);
      return;
    }
    case 'sequence': {
      yield { name, kind: type.kind, text: '' };
      for (const [component, part] of Object.entries({ ...type.root, ...type.additions })) {
        const inner = memberOf(value, component);
        if (inner !== undefined) yield* flattenValue(component, part, inner, types);
      }
      return;
    }
    case 'choice': {
      const alternative = String(memberOf(value, 'type'));
      yield { name, kind: type.kind, text: alternative };
      const chosen = { ...type.root, ...type.additions }[alternative];
      if (chosen !== undefined) yield* flattenValue(alternative, chosen, memberOf(value, 'value'), types);
      return;
    }
    case 'sequence-of': {
      const values: readonly unknown[] = Array.isArray(value) ? value : [];
      yield { name, kind: type.kind, text: String(values.length) };
      const { element } = type;
      const elementName = element.kind === 'reference' || element.kind === 'imported' ? element.name : name;
      for (const inner of values) {
        const [first, ...rest] = flattenValue(elementName, element, inner, types);
        if (first !== undefined) yield { ...first, list: name };
        yield* rest;
      }
      return;
    }
    default:
      yield { name, kind: type.kind, text: textOf(value) };
  }
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'boolean') return value ? '1' : '0';
  const data = memberOf(value, 'data');
  if (data instanceof Uint8Array) return Buffer.from(data).toString('hex');
  return value === null ? '' : String(value);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
