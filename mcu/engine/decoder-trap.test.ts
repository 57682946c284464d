import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { DECODER_TRAP_UUID, DECODER_TRAP_VARIABLE, decoderTrap } from './decoder-trap.ts';

const MODULE = new URL('./decoder-trap.ts', import.meta.url).href;
const SCRIPT = `import { decoderTrap } from '${MODULE}';
const trap = decoderTrap(process.env);
trap?.(Buffer.from('an ordinary picture'));
console.log('alive');
trap?.(Buffer.from('00000001${DECODER_TRAP_UUID.toString('hex')}80', 'hex'));
console.log('alive');`;

const run = (environment: Record<string, string>) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });

test('the mark aborts an engine whose environment asks for it, nothing else does', () => {
  const trapped = run({ [DECODER_TRAP_VARIABLE]: '1' });
  assert.equal(trapped.signal, 'SIGABRT');
  assert.equal(trapped.stdout, 'alive\n');
  assert.equal(run({}).stdout, 'alive\nalive\n');
  assert.equal(decoderTrap({ [DECODER_TRAP_VARIABLE]: 'true' }), undefined);
});
