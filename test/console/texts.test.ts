/** Every text in every language: nothing is missing, and nothing was left in English. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { closest, languages } from '../../console/src/i18n/languages.ts';
import { none } from '../support/none.ts';
import { root } from '../support/projectFiles.ts';
import { faultsOf, type Texts } from '../support/texts.ts';

/** Of the console, and of what the server itself says to customers and in mails. */
const folders = ['console/src/i18n', 'src/texts'];
for (const folder of folders) {
  const fileOf = (language: string) => path.join(root, folder, `${language}.json`);
  const read = (language: string): Texts => JSON.parse(readFileSync(fileOf(language), 'utf8'));
  for (const language of languages.filter((one) => one !== 'en')) {
    test(`every text of ${folder} is there in ${language}`, () => {
      none(faultsOf(language, read('en'), read(language)), `Mend ${folder}/${language}.json.`);
    });
  }
}

test('what was left out, left in English or filled in otherwise is found', () => {
  const english = {
    title: 'The list of all',
    rows_one: '{{count}} row',
    rows_other: '{{count}} rows',
    url: 'URL',
  };
  const right = {
    title: 'Die Liste von allem',
    rows_one: 'Eine Zeile',
    rows_other: '{{count}} Zeilen',
    url: 'URL',
  };
  assert.deepEqual(faultsOf('de', english, right), []);
  assert.equal(faultsOf('de', english, { ...right, title: 'The list of all' }).length, 1);
  assert.equal(faultsOf('de', english, { ...right, rows_other: '{{number}} Zeilen' }).length, 1);
  const { rows_other: _, ...lacking } = right;
  assert.equal(faultsOf('de', english, lacking).length, 1);
  assert.equal(faultsOf('de', english, { ...right, more: 'Mehr' }).length, 1);
  assert.deepEqual(
    faultsOf('pl', english, right).map((fault) => fault.split(':')[0]),
    ['rows_few', 'rows_many'],
  );
  assert.equal(faultsOf('ko', { title: 'List' }, { title: 'List' }).length, 1);
});

test('the language that comes closest to what a browser asks for is found', () => {
  const asked = ['pt-BR', 'zh-HK', 'zh', 'zh-Hans-SG', 'en-GB', 'ko-KR', 'ar-EG', 'sr', 'not a language'];
  assert.deepEqual(asked.map(closest), ['pt', 'zh-TW', 'zh-CN', 'zh-CN', 'en', 'ko', 'ar', null, null]);
});
