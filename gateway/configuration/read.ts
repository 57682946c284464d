import { parse } from 'yaml';
import { type Configuration, configurationKeys, configurationSchema } from './schema.ts';

/** A wrong configuration; the message has a line for each wrong key, which it names. */
export class ConfigurationFault extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigurationFault';
  }
}

/**
 * The configuration from a YAML text (may be empty) and the environment, which wins.
 * Throws ConfigurationFault naming every wrong key.
 */
export function readConfiguration(
  yaml: string,
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const sections = readSections(yaml);
  for (const { path, environment: variable } of configurationKeys()) {
    const text = environment[variable];
    if (text !== undefined && text !== '') {
      const [section, ...names] = path;
      sections[section] = withValue(sections[section] ?? {}, names, fromText(text));
    }
  }
  const result = configurationSchema.safeParse(sections);
  if (result.success) {
    return result.data;
  }
  throw new ConfigurationFault(result.error.issues.map(({ path, message }) => `${nameOf(path)}: ${message}`));
}

/** A section with a value put in at a path; what is no section on the way is left for the check to name. */
function withValue(section: object, [name = '', ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const record: Record<string, unknown> = { ...section };
  if (rest.length === 0) return { ...record, [name]: value };
  const inner = record[name] ?? {};
  const isSection = typeof inner === 'object' && !Array.isArray(inner);
  return { ...record, [name]: isSection ? withValue(inner, rest, value) : inner };
}

/** Structured values stand in the environment as JSON; all else is taken as it is. */
function fromText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readSections(yaml: string): Record<string, Record<string, unknown>> {
  let document: unknown;
  try {
    document = parse(yaml) ?? {};
  } catch (error) {
    throw new ConfigurationFault([
      `the configuration file is not YAML: ${error instanceof Error ? error.message : error}`,
    ]);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ConfigurationFault(['the configuration file must hold sections such as "sip:"']);
  }
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [name, section] of Object.entries(document)) {
    if (section === null) {
      continue;
    }
    if (typeof section !== 'object' || Array.isArray(section)) {
      throw new ConfigurationFault([`${name}: must hold keys`]);
    }
    sections[name] = { ...section };
  }
  return sections;
}

function nameOf(path: readonly PropertyKey[]): string {
  const name = path.map(String).join('.');
  const known = configurationKeys().find(
    (candidate) => candidate.path.join('.') === path.slice(0, candidate.path.length).map(String).join('.'),
  );
  return known === undefined ? name || 'configuration' : `${name} (${known.environment})`;
}
