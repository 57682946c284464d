// A part of `npm run check`: every exported thing has a doc comment (CONTRIBUTING.md). Tests export nothing to others.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { undocumentedExports } from './undocumented-exports.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = '{codecs,signaling,mcu,gateway,conformance,deploy}/**/*.{ts,tsx,mjs}';
const NOT_READ = /(^|\/)(node_modules|dist)\/|\.test\.tsx?$/;

const files = globSync(SOURCES, { cwd: PROJECT }).filter((file) => !NOT_READ.test(file));
if (files.length === 0) throw new Error(`no file is called ${SOURCES}`);
for (const file of files.sort()) {
  for (const { name, line } of undocumentedExports(file, readFileSync(join(PROJECT, file), 'utf8'))) {
    console.error(`${file}:${line}: ${name} has no doc comment`);
    process.exitCode = 1;
  }
}
