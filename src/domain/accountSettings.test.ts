import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type AccountSettings,
  changedSettings,
  defaultSettings,
  readSettings,
  writtenSettings,
  wrongSetting,
} from './accountSettings.ts';

test('what is not kept has its default', () => {
  assert.deepEqual(readSettings('{}'), defaultSettings);
  const partly = readSettings('{"name":"Teapots","trackPage":{"shows":{"title":true}}}');
  assert.deepEqual(partly, {
    ...defaultSettings,
    name: 'Teapots',
    trackPage: { enabled: true, shows: { ...defaultSettings.trackPage.shows, title: true } },
  });
});

test('what is written is read again, with what a later release has put there', () => {
  const settings = changedSettings(defaultSettings, {
    language: 'ar',
    notices: { recipients: { statuses: ['delivered'] } },
  });
  assert.deepEqual(readSettings(writtenSettings(settings)), settings);
  const later = '{"language":"ko","packing":{"slips":true},"retention":{"labelsDays":3}}';
  assert.deepEqual(JSON.parse(writtenSettings(readSettings(later))), {
    ...defaultSettings,
    language: 'ko',
    packing: { slips: true },
    retention: { ...defaultSettings.retention, labelsDays: 3 },
  });
});

test('an edit changes what it says and nothing else; a list is replaced', () => {
  const before = changedSettings(defaultSettings, { name: 'Teapots', color: '#1d6f42' });
  const after = changedSettings(before, {
    color: null,
    trackPage: { enabled: false },
    notices: { recipients: { statuses: [] } },
  });
  assert.deepEqual(after, {
    ...defaultSettings,
    name: 'Teapots',
    trackPage: { ...defaultSettings.trackPage, enabled: false },
    notices: { recipients: { ...defaultSettings.notices.recipients, statuses: [] } },
  });
});

test('a value that a setting cannot have is named, and is not read', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['/name', { name: 'two\nlines' }],
    ['/name', { name: ' ' }],
    ['/name', { name: 'x'.repeat(101) }],
    ['/website', { website: 'javascript:alert(1)' }],
    ['/website', { website: 'https://anna:secret@shop.example' }],
    ['/website', { website: 'https://shop.example\n/' }],
    ['/color', { color: 'red;}' }],
    ['/color', { color: '#1D6F42' }],
    ['/language', { language: 'tlh' }],
    ['/track_page/enabled', { trackPage: { enabled: 'yes' } }],
    ['/track_page/shows', { trackPage: { shows: { title: 1 } } }],
    ['/retention/final_trackings_days', { retention: { finalTrackingsDays: 0 } }],
    ['/retention/deliveries_days', { retention: { deliveriesDays: 1.5 } }],
    ['/notices/recipients/statuses', { notices: { recipients: { statuses: ['lost'] } } }],
    ['/notices/recipients/reply_to', { notices: { recipients: { replyTo: 'nobody' } } }],
    ['/notices/recipients/reply_to', { notices: { recipients: { replyTo: '<anna@shop.example>' } } }],
  ];
  for (const [where, changes] of wrong) {
    const settings = changedSettings(defaultSettings, changes as never) as AccountSettings;
    assert.equal(wrongSetting(settings)?.where, where);
    assert.throws(() => readSettings(JSON.stringify(changes)), new RegExp(where));
  }
  assert.equal(wrongSetting(defaultSettings), null);
  assert.throws(() => readSettings('{"trackPage":null}'));
  assert.throws(() => readSettings('[]'));
});
