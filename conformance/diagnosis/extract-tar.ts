import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';

/** Unpacks a .tar.gz into a folder by the system's tar. Rejects where it finds fault with it. */
export async function extractTarGz(archive: Buffer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = spawn('tar', ['-xzf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'pipe'] });
  let fault = '';
  tar.stderr.on('data', (chunk: Buffer) => {
    fault += chunk.toString();
  });
  tar.stdin.end(archive);
  const [code] = await once(tar, 'exit');
  if (code !== 0) {
    throw new Error(`tar: ${fault}`);
  }
}
