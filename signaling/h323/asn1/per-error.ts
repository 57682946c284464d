/** Why octets are no value of a type, or a value none of its type. */
export type PerFault =
  /** The octets end too early. */
  | 'truncated'
  /** A number, size or character outside of what the type allows. */
  | 'out-of-range'
  /** Nested deeper, or made of more parts, than any honest message. */
  | 'too-large'
  /** Not of the form that the type has: ours to write only. */
  | 'wrong-value';

/** Octets that cannot be read, or a value that cannot be written. The message names the components that lead there. */
export class PerError extends Error {
  readonly fault: PerFault;
  readonly path: readonly string[];

  constructor(fault: PerFault, path: readonly string[] = []) {
    super(path.length === 0 ? fault : `${fault} at ${path.join('.')}`);
    this.name = 'PerError';
    this.fault = fault;
    this.path = path;
  }

  /** The same fault, seen from the component around. */
  within(component: string): PerError {
    return new PerError(this.fault, [component, ...this.path]);
  }
}
