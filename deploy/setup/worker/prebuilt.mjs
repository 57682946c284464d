import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { release } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A machine without internet must not wait: the answer has to begin within this time, in milliseconds. */
const ANSWER_WITHIN = 5_000;

/** The whole download (about 8 MB) has to end within this time, in milliseconds. */
const DOWNLOAD_WITHIN = 60_000;

/**
 * The address that mediasoup's own installer downloads its worker from.
 *
 * @param {{ version: string, repository: { url: string } }} manifest mediasoup's package.json
 * @param {{ platform?: string, arch?: string, kernel?: string, base?: string | undefined }} [machine] `base` is what
 *   MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL says
 * @returns {string}
 */
export function prebuiltAddress(
  { version, repository },
  {
    platform = process.platform,
    arch = process.arch,
    kernel = release(),
    base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL,
  } = {},
) {
  const downloads = base || `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`;
  const system = platform === 'linux' ? `linux-${arch}-kernel${Number.parseInt(kernel, 10)}` : `${platform}-${arch}`;
  return `${downloads}/${version}/mediasoup-worker-${version}-${system}.tgz`;
}

/**
 * Downloads the worker and unpacks it.
 *
 * @param {string} address
 * @param {string} folder
 * @returns {Promise<void>}
 * @throws {Error} when it cannot be had in good time
 */
export async function downloadPrebuilt(address, folder) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer')), ANSWER_WITHIN);
  try {
    const response = await fetch(address, { signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`answer ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('too slow')), DOWNLOAD_WITHIN);
    const tar = spawn('tar', ['xzf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(tar, 'close');
    await pipeline(Readable.fromWeb(response.body), tar.stdin);
    const [code] = await ended;
    if (code !== 0) throw new Error('a broken archive');
  } finally {
    clearTimeout(timer);
  }
}
