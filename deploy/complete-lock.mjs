// node deploy/complete-lock.mjs: run it after npm install has changed package-lock.json.
//
// A registry that holds only part of what is published lets npm install skip a package for another platform that it cannot
// find, and leave it out of the lock file without a word. npm ci then refuses that lock file on every machine. This adds what
// was left out, by its exact version and with its platform read off its name, so that npm ci knows what to skip.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { leftOut } from './setup/lock-file.mjs';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = leftOut(lock.packages);
Object.assign(lock.packages, added);
/** @type {[string, unknown][]} */
const entries = Object.entries(lock.packages);
lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`${Object.keys(added).length} packages added to package-lock.json`);
