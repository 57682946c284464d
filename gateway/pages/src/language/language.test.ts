import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LESSON_PHASES } from '../lesson-state.ts';
import { DEVICE_PROBLEMS } from '../media/device-problem.ts';
import { PAGE_FAULTS } from '../page-fault.ts';
import { chooseLanguage, LANGUAGES, TEXTS } from './language.ts';

test('the remembered language wins, then the browser’s, then English', () => {
  assert.equal(chooseLanguage('en', ['zh-CN']), 'en');
  assert.equal(chooseLanguage(undefined, ['zh-CN', 'en']), 'zh');
  assert.equal(chooseLanguage(undefined, ['ZH-Hant-TW']), 'zh');
  assert.equal(chooseLanguage(undefined, ['ru-RU', 'zh']), 'zh');
  assert.equal(chooseLanguage('fr', ['de']), 'en');
  assert.equal(chooseLanguage(undefined, []), 'en');
});

/** Path and text of every leaf; functions are called with a sample. */
function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(7))]];
  assert.ok(value !== null && typeof value === 'object', path);
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

test('both languages have the same texts, none of them empty', () => {
  const paths = LANGUAGES.map((language) => leaves(TEXTS[language], '').map(([path]) => path));
  assert.deepEqual(paths[0]?.sort(), paths[1]?.sort());
  for (const language of LANGUAGES) {
    for (const [path, text] of leaves(TEXTS[language], language)) assert.ok(text.trim().length > 0, path);
  }
});

test('every fault, phase and device problem has a text in every language', () => {
  for (const language of LANGUAGES) {
    const texts = TEXTS[language];
    for (const fault of PAGE_FAULTS) {
      assert.ok(texts.faults[fault].title, `${language} ${fault}`);
      assert.ok(texts.faults[fault].advice, `${language} ${fault}`);
    }
    for (const phase of LESSON_PHASES) assert.ok(texts.status[phase], `${language} ${phase}`);
    for (const problem of DEVICE_PROBLEMS) {
      assert.ok(texts.deviceProblems.audio[problem], `${language} ${problem}`);
      assert.ok(texts.deviceProblems.video[problem], `${language} ${problem}`);
    }
  }
});

test('the Chinese texts are Chinese and the English ones are not', () => {
  for (const [path, text] of leaves(TEXTS.en, 'en')) assert.doesNotMatch(text, /\p{Script=Han}/u, path);
  const latin = leaves(TEXTS.zh, 'zh').filter(([, text]) => !/\p{Script=Han}/u.test(text));
  assert.deepEqual(latin, [['zh.tag', 'zh-CN']]);
});
