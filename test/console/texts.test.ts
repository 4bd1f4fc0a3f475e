/** Every text in every language: nothing is missing, nothing was left in English, and nothing is there that no page says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { closest, languages } from '../../console/src/i18n/languages.ts';
import { none } from '../support/none.ts';
import { projectFiles, root } from '../support/projectFiles.ts';
import { faultsOf, flat, keyOf, type Texts } from '../support/texts.ts';

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

/** Where names of one place are partly written out and partly filled in: what is filled in there. */
const filled: Readonly<Record<string, string>> = {
  'add.*': 'one paste file',
  'add.*About': 'one paste file',
  'attention.*': 'exception failed_attempt returned stalled expired',
  'callback.*': 'any2xx only200',
  'checkpoints.*': 'origin destination',
  'doubt.*': 'noNumber rounded form courier country long again',
  'field.*': `title order_id order_number order_date customer_name customer_email customer_phone origin_country
    destination_country recipient_postcode ship_date logistics_channel label note language`,
  'file.*': 'quote other',
  'filter.*': 'hour day week',
  'format.check.*': 'genuine genuineLate genuineEarly late early',
  'format.code.*': 'standard v23 v4',
  'format.statuses.*': 'pending notfound inforeceived transit pickup undelivered delivered exception expired',
  'health.*': 'disabled failing probing well',
  'operational.*': 'webhook.failing webhook.recovered webhook.disabled delivery.parked',
  'overview.couriers.*': 'well shaky failing idle',
  'overview.steps.*': 'webhook tracking arrived',
  'overview.steps.*About': 'webhook tracking arrived',
  'report.*': 'created updated unchanged refused notSent',
  'retention.*': 'final_trackings_days deliveries_days',
  'retention.*About': 'final_trackings_days deliveries_days',
  'shell.*': 'dark light',
  'shipment.*': 'refresh resume stop archive unarchive delete',
  'shipments.tabs.*': 'all attention archived',
  'signature.*': 'none svix own id timestamp signature',
  'state.*': 'waiting sending accepted parked cancelled',
  'webhooks.*': 'enable disable',
  'webhooks.*About': 'enable disable',
  'webhooks.*Title': 'enable disable',
};
/** The server's words: which there are, it says. */
const unbounded = ['audit.actions.*', 'refusal.*'];

test('every text of the console is said on some page', () => {
  const sources = projectFiles('console/src').filter((file) => /\.tsx?$/.test(file));
  const code = sources.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
  const written = new Set([...code.matchAll(/'([\w.]+)'/g)].map(([, key]) => key as string));
  const templates = [...code.matchAll(/`(\w[\w.]*\.\w*)\$\{[^`}]*\}(\w*)`/g)].map(
    ([, before, after]) => [before, after] as [string, string],
  );
  const english: Texts = JSON.parse(readFileSync(path.join(root, 'console/src/i18n/en.json'), 'utf8'));
  const keys = new Set([...flat(english).keys()].map(keyOf));
  const unsaid = [...keys].filter((key) => !written.has(key) && !templates.some((one) => fits(key, one)));
  none(unsaid, 'Delete these texts in all languages, or name what is filled in above.');

  function fits(key: string, [before, after]: [string, string]): boolean {
    const name = `${before}*${after}`;
    const said = key.slice(before.length, key.length - after.length);
    if (key !== `${before}${said}${after}`) return false;
    const words = filled[name]?.split(/\s+/);
    if (words !== undefined) return words.includes(said);
    const isAlone = ![...written].some(
      (one) => keys.has(one) && one !== before && one.startsWith(before) && one.endsWith(after),
    );
    return /^[\w-]+$/.test(said) && (isAlone || unbounded.includes(name));
  }
});

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
