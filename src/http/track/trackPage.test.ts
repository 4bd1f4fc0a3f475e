import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { anAccount } from '../../../test/conformance/world.ts';
import { aCheckpoint, aTracking } from '../../../test/support/build.ts';
import { changedSettings } from '../../domain/accountSettings.ts';
import { isLanguage, LANGUAGES } from '../../domain/language.ts';
import { limits } from '../../domain/limits.ts';
import { noFields, type TrackingFields } from '../../domain/tracking.ts';
import { html } from '../../texts/html.ts';
import { insteadPage, trackPage } from './trackPage.ts';
import { trackViewOf } from './trackView.ts';

const attack = `"><img src=x onerror=alert(1)>'</style><script>alert(1)</script>\``;

test('a template escapes all that is put into it but what a template made', () => {
  const inner = html`<b>${'<&>'}</b>`;
  assert.equal(
    html`<p title="${'"\'`'}">${[inner, 1, null, 'x']}</p>`.text,
    '<p title="&#34;&#39;&#96;"><b>&#60;&#38;&#62;</b>1x</p>',
  );
});

test('no text ends where a template has put it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { text: made } = html`<p title="${text}">${text}</p>`;
      assert.match(made, /^<p title="[^"<>'`]*">[^<>"'`]*<\/p>$/);
    }),
  );
});

test('HTML in any field of a parcel, its couriers and its merchant stays text', () => {
  const fields = Object.fromEntries(Object.keys(noFields).map((name) => [name, attack]));
  const account = anAccount({
    settings: changedSettings(anAccount().settings, {
      name: attack,
      website: `https://shop.example/?${attack}`,
      trackPage: { shows: { title: true, orderNumber: true } },
    }),
  });
  const tracking = aTracking({
    rawNumber: attack,
    courierCode: attack,
    destinationCourierCode: `other ${attack}`,
    fields: fields as unknown as TrackingFields,
    checkpoints: [
      aCheckpoint({ description: attack, location: attack, code: attack, wall: '2024-03-02 09:15' }),
    ],
  });
  const hostile = { code: attack, name: attack, homepage: `https://x.example/${attack}`, phone: attack };
  const { text } = trackPage(
    trackViewOf({
      ...{ account, tracking, language: 'en', logo: attack },
      courierOf: () => ({ ...hostile, country: null, kind: 'post' }),
    }),
  );
  assert.doesNotMatch(text, /<script|<img src=x|onerror=alert\(1\)>/);
  assert.equal(text.match(/<\/style>/g)?.length, 1);
  assert.ok(text.split('&#60;script&#62;').length > 8, 'and it is there, as text');
});

test('every language has its page, in its direction, and none is longer than a phone likes', () => {
  for (const language of LANGUAGES) {
    const checkpoints = Array.from({ length: 30 }, (_, index) =>
      aCheckpoint({
        wall: `2024-03-${String(30 - index).padStart(2, '0')} 09:15`,
        description: 'The parcel has arrived at the sorting centre.',
        location: 'Arlanda, Sweden',
      }),
    );
    const { text } = trackPage(
      trackViewOf({
        ...{ account: anAccount(), tracking: aTracking({ checkpoints }), language, logo: null },
        courierOf: () => null,
      }),
    );
    assert.ok(isLanguage(language));
    assert.ok(text.includes(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`));
    assert.ok(Buffer.byteLength(text) < 20 * 1024, `${language}: ${Buffer.byteLength(text)} bytes`);
    assert.match(insteadPage('none', language).text, new RegExp(`lang="${language}"`));
  }
});

test('days stand once each, newest first, whatever the zones of two couriers do to the order', () => {
  const walls = ['2024-03-03 00:10', '2024-03-02 23:50', '2024-03-03 00:05', '2024-03-01'];
  const view = trackViewOf({
    account: anAccount(),
    tracking: aTracking({ checkpoints: walls.map((wall) => aCheckpoint({ wall, description: wall })) }),
    ...{ language: 'en', logo: null, courierOf: () => null },
  });
  assert.deepEqual(
    view.days.map(({ title, entries }) => [title, entries.map(({ time }) => time?.replace(/\s/g, ' '))]),
    [
      ['Sunday, March 3, 2024', ['12:10 AM', '12:05 AM']],
      ['Saturday, March 2, 2024', ['11:50 PM']],
      ['Friday, March 1, 2024', [undefined]],
    ],
  );
});

test('what a correction has replaced is not told, nor more than fits', () => {
  const many = Array.from({ length: limits.checkpointsOnTrackPageMax + 5 }, () => aCheckpoint({}));
  const view = trackViewOf({
    account: anAccount(),
    tracking: aTracking({ checkpoints: [aCheckpoint({ replacedIn: 3 }), ...many] }),
    ...{ language: 'en', logo: null, courierOf: () => null },
  });
  assert.deepEqual([view.entries, view.leftOut], [limits.checkpointsOnTrackPageMax + 5, 5]);
});
