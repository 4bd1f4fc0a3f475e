import assert from 'node:assert/strict';
import test from 'node:test';
import { directionOf, LANGUAGE_NAMES, LANGUAGES } from '../domain/language.ts';
import { STATUSES, SUBSTATUSES, type Substatus, statusOf } from '../domain/status.ts';
import { chooseLanguage } from './chooseLanguage.ts';
import { headlineOf } from './headline.ts';
import { spokenLanguages, textsIn } from './texts.ts';

test('a text has its values and its plural, and is not escaped', () => {
  const say = textsIn('en');
  assert.equal(say('track.titleOf', { number: 'A<1>', merchant: 'B & C' }), 'Parcel A<1> – B & C');
  assert.equal(say('track.days', { count: 1 }), '1 day');
  assert.equal(say('track.days', { count: 1234 }), '1,234 days');
});

test('every language says something for every text, English where it has none', () => {
  for (const language of LANGUAGES) {
    const say = textsIn(language);
    for (const count of [0, 1, 2, 5, 21]) {
      const text = say('track.days', { count });
      assert.match(text, /\p{L}/u);
      assert.doesNotMatch(text, /track\.|\{\{/);
    }
    assert.match(LANGUAGE_NAMES[language], /\p{L}/u);
  }
  assert.equal(spokenLanguages[0], 'en');
  assert.equal(directionOf('ar'), 'rtl');
  assert.equal(directionOf('sv'), 'ltr');
});

test('every status and sub-status has its words', () => {
  const say = textsIn('en');
  const substatuses = Object.keys(SUBSTATUSES) as Substatus[];
  for (const substatus of substatuses) {
    const headline = headlineOf({ status: statusOf(substatus), substatus });
    for (const key of [`status.title.${headline}`, `status.about.${substatus}`] as const)
      assert.notEqual(say(key), key);
  }
  for (const status of STATUSES) assert.notEqual(say(`status.title.${status}`), `status.title.${status}`);
  assert.equal(headlineOf({ status: 'exception', substatus: 'exception010' }), 'returned');
});

test('the language wanted goes before what the browser asks for, if it is spoken', () => {
  const choose = (wanted: string | null, accept: string | null) => chooseLanguage(wanted, accept, LANGUAGES);
  assert.equal(choose('de', 'fr'), 'de');
  assert.equal(choose(null, 'fr'), 'fr');
  assert.equal(choose('tlh', 'da, sv;q=0.4, fr;q=0.7'), 'fr');
  assert.equal(choose(null, null), 'en');
  assert.equal(choose('', '*'), 'en');
  assert.equal(chooseLanguage('de', 'fr, en', ['en', 'fr']), 'fr');
  assert.equal(choose(null, 'ko;q=0, en'), 'en');
});

test('a tag is read as those write it who set it: with a region, in capitals, or as TrackingMore does', () => {
  const choose = (tag: string) => chooseLanguage(tag, null, LANGUAGES);
  assert.deepEqual(['zh', 'zh-Hans-SG', 'cn', 'CN', 'zh_cn'].map(choose), Array(5).fill('zh-CN'));
  assert.deepEqual(['zh-Hant', 'zh-hk', 'TW', 'zh-TW', 'zh_tw'].map(choose), Array(5).fill('zh-TW'));
  assert.deepEqual(['pt-BR', 'EN-gb', 'ar-EG'].map(choose), ['pt', 'en', 'ar']);
  for (const language of LANGUAGES) assert.equal(choose(language), language);
});

test('a header of any length and form is read quickly, and as far as it goes', () => {
  assert.equal(chooseLanguage(null, `${'xx,'.repeat(100_000)}de`, LANGUAGES), 'en');
  assert.equal(chooseLanguage(null, ';;;,q=,=;q=abc,sv;q=0.5', LANGUAGES), 'sv');
});
