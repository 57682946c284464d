import { readFile } from 'node:fs/promises';

/**
 * The text of a file that the service keeps in its data folder; undefined where there is none yet. Rejects where there is one that
 * cannot be read: to make another in its place would lose it.
 */
export async function keptText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
