/** The parameters of an a=fmtp line: names in lower case; a flag without `=` has the empty text. */
export type FormatParameters = ReadonlyMap<string, string>;

/**
 * Reads the parameters of a=fmtp: split at `;`, blanks around names, `=` and values passed over, names in any case, empty ones
 * and flags allowed. Of a parameter that comes twice the last counts.
 */
export function parseFormatParameters(text: string): FormatParameters {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== '') parameters.set(name, equals < 0 ? '' : part.slice(equals + 1).trim());
  }
  return parameters;
}

/** A whole number from 1 to `maximum`; undefined for anything else. */
export function countOf(parameters: FormatParameters, name: string, maximum: number): number | undefined {
  const text = parameters.get(name);
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 1 && value <= maximum ? value : undefined;
}

/** Whether a parameter is 1. */
export function isSet(parameters: FormatParameters, name: string): boolean {
  return parameters.get(name) === '1';
}
