import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../run-program.mjs';
import { runJobs } from './job-queue.mjs';
import { fetchLibraries } from './libraries.mjs';
import {
  APART,
  C_FLAGS,
  CXX_FLAGS,
  FLATC_FLAGS,
  LIBRARIES,
  LINK_FLAGS,
  PATCHES,
  SRTP_HEADERS,
  SRTP_SOURCES,
  UNITY_SIZE,
} from './recipe.mjs';
import { applyPatch, sourceList, unityGroups } from './sources.mjs';

const STAND_INS = fileURLToPath(new URL('stand-ins', import.meta.url));

/**
 * Compiles mediasoup's worker.
 *
 * @param {object} wanted
 * @param {string} wanted.sources the folder `worker` of the npm package mediasoup
 * @param {string} wanted.scratch an empty folder
 * @param {string} wanted.binary the file to make
 * @param {(state: string) => void} wanted.report
 * @returns {Promise<void>}
 */
export async function compileWorker({ sources, scratch, binary, report }) {
  const { root, srtp } = await fetchLibraries(scratch, report);
  const triplet = (await runProgram('cc', ['-print-multiarch'])).trim();
  const generated = await generateHeaders({ sources, scratch, root, srtp });
  const patched = patchSources(sources, scratch);

  const library = ['-isystem', join(root, 'usr/include'), '-isystem', join(root, 'usr/include', triplet)];
  const includes = [
    join(sources, 'include'),
    generated,
    STAND_INS,
    join(sources, 'deps/libwebrtc/libwebrtc'),
    join(sources, 'deps/libwebrtc'),
  ];
  const cxx = [...CXX_FLAGS, ...includes.map((folder) => `-I${folder}`), ...library];
  const c = [
    ...C_FLAGS,
    ...[join(STAND_INS, 'srtp-config'), join(srtp, 'include'), join(srtp, 'crypto/include')].map((f) => `-I${f}`),
    ...library,
  ];

  /** @type {string[]} */
  const objects = [];
  /** @param {string} compiler @param {readonly string[]} flags @param {string} source */
  const compile = async (compiler, flags, source) => {
    const object = join(scratch, `${objects.length}.o`);
    objects.push(object);
    await runProgram(compiler, [...flags, '-c', source, '-o', object]);
  };
  let units = 0;
  /** @param {readonly string[]} group @returns {import('./job-queue.mjs').Job} */
  const groupJob = (group) => async () => {
    const files = group.map((file) => patched.get(file) ?? join(sources, file));
    const [only] = files;
    if (only !== undefined && files.length === 1) return compile('c++', cxx, only);
    const unit = join(scratch, `unit${units++}.cpp`);
    writeFileSync(unit, files.map((file) => `#undef MS_CLASS\n#include "${file}"\n`).join(''));
    const object = `${unit}.o`;
    try {
      await runProgram('c++', [...cxx, '-c', unit, '-o', object]);
      objects.push(object);
      return [];
    } catch {
      // Two of them clash, as may happen in a version that the recipe does not know: look for the pair by halving.
      const middle = Math.ceil(group.length / 2);
      return [groupJob(group.slice(0, middle)), groupJob(group.slice(middle))];
    }
  };
  const jobs = [
    ...workerSources(sources).flatMap((list) => unityGroups(list, UNITY_SIZE, APART).map(groupJob)),
    ...SRTP_SOURCES.map((file) => () => compile('cc', c, join(srtp, file))),
  ];
  await runJobs(jobs, availableParallelism(), (done, known) => report(`${done} of ${known} parts compiled`));
  const archives = LIBRARIES.map((name) => join(root, 'usr/lib', triplet, `lib${name}.a`));
  await runProgram('c++', ['-o', binary, ...objects, ...archives, ...LINK_FLAGS]);
}

/**
 * @param {string} sources
 * @returns {string[][]} the worker's own files, and those of the part of libwebrtc that it carries
 */
function workerSources(sources) {
  const own = sourceList(readFileSync(join(sources, 'meson.build'), 'utf8'), 'common_sources');
  const webrtc = sourceList(readFileSync(join(sources, 'deps/libwebrtc/meson.build'), 'utf8'), 'libwebrtc_sources');
  if (own.length < 100 || webrtc.length < 20)
    throw new Error('cannot read the lists of sources in mediasoup’s meson.build');
  return [[...own, 'src/main.cpp'], webrtc.map((file) => `deps/libwebrtc/${file}`)];
}

/**
 * @param {{ sources: string, scratch: string, root: string, srtp: string }} folders
 * @returns {Promise<string>} the folder with the FlatBuffers headers of mediasoup's protocol and with libsrtp's headers
 */
async function generateHeaders({ sources, scratch, root, srtp }) {
  const generated = join(scratch, 'generated');
  for (const folder of ['FBS', 'srtp2']) mkdirSync(join(generated, folder), { recursive: true });
  const schemas = readdirSync(join(sources, 'fbs')).filter((file) => file.endsWith('.fbs'));
  await runProgram(join(root, 'usr/bin/flatc'), [...FLATC_FLAGS, '-o', join(generated, 'FBS'), ...schemas], {
    cwd: join(sources, 'fbs'),
  });
  for (const header of SRTP_HEADERS) copyFileSync(join(srtp, header), join(generated, 'srtp2', basename(header)));
  return generated;
}

/**
 * @param {string} sources
 * @param {string} scratch
 * @returns {Map<string, string>} for the changed sources, where the changed copy is
 */
function patchSources(sources, scratch) {
  return new Map(
    PATCHES.map((patch, number) => {
      const copy = join(scratch, `patched${number}-${basename(patch.file)}`);
      writeFileSync(copy, applyPatch(readFileSync(join(sources, patch.file), 'utf8'), patch));
      return [patch.file, copy];
    }),
  );
}
