import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undocumentedExports } from './undocumented-exports.ts';

function missing(text: string, fileName = 'x.ts'): string[] {
  return undocumentedExports(fileName, text).map(({ name, line }) => `${line} ${name}`);
}

test('every kind of exported declaration needs a doc comment', () => {
  const kinds = [
    'export const a = 1, b = 2;',
    'export function f() {}',
    'export class C {}',
    'export interface I {}',
    'export type T = 1;',
    'export default { x: 1 };',
  ];
  assert.deepEqual(missing(kinds.join('\n')), ['1 a', '1 b', '2 f', '3 C', '4 I', '5 T', '6 default']);
  assert.deepEqual(missing(kinds.map((kind) => `/** Words. */\n${kind}`).join('\n')), []);
});

test('a comment counts that is a doc comment, stands at the declaration and has words', () => {
  assert.deepEqual(missing('// Words.\nexport const a = 1;'), ['2 a']);
  assert.deepEqual(missing('/* Words. */\nexport const a = 1;'), ['2 a']);
  assert.deepEqual(missing('/** */\nexport const a = 1;'), ['2 a']);
  assert.deepEqual(missing('/** @type {number} */\nexport const a = 1;', 'x.mjs'), ['2 a']);
  assert.deepEqual(missing('/** @type {number} ms */\nexport const a = 1;', 'x.mjs'), []);
  assert.deepEqual(missing("/** Of the file. */\nimport 'y';\nexport const a = 1;"), ['3 a']);
  assert.deepEqual(missing('/** Of the first. */\nexport const a = 1;\nexport type A = typeof a;'), ['3 A']);
});

test('a name that is declared more than once needs one comment', () => {
  const overloads =
    'export function f(x: 1): 1;\nexport function f(x: 2): 2;\nexport function f(x: unknown) { return x; }';
  assert.deepEqual(missing(overloads), ['1 f']);
  assert.deepEqual(missing(`/** Words. */\n${overloads}`), []);
});

test('what is exported apart from its declaration is looked at there', () => {
  assert.deepEqual(missing('const a = 1;\nconst b = 2;\nexport { a as c };\nexport default b;'), ['1 a', '2 b']);
  assert.deepEqual(missing('/** Words. */\nconst a = 1;\nexport { a };'), []);
});

test('what other modules export, and what is not exported, needs none here', () => {
  assert.deepEqual(
    missing("import { a } from 'y';\nexport { a };\nexport { b } from 'y';\nexport * from 'y';\nconst c = 1;"),
    [],
  );
  assert.deepEqual(missing('export {};'), []);
});

test('components are looked at too', () => {
  assert.deepEqual(missing('export const Dot = () => <circle r="1" />;', 'x.tsx'), ['1 Dot']);
});
