import { readFile } from 'node:fs/promises';
import { ConfigurationFault, readConfiguration } from './read.ts';
import type { Configuration } from './schema.ts';

/**
 * The configuration from a file, else from the one that CLASSBRIDGE_CONFIG names, and from the environment. Rejects with
 * ConfigurationFault, or with the system's error where the file cannot be read.
 */
export async function loadConfiguration(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  const path = file ?? environment.CLASSBRIDGE_CONFIG;
  return readConfiguration(path === undefined ? '' : await readFile(path, 'utf8'), environment);
}

/** What the operator is told where the service does not start. */
export function startFault(error: unknown): string {
  if (error instanceof ConfigurationFault) {
    return `The configuration is wrong:\n${error.message}\n`;
  }
  return `Classbridge did not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
