import assert from 'node:assert/strict';
import test from 'node:test';
import { anEvent } from '../../test/support/build.ts';
import { defaultSettings } from '../domain/accountSettings.ts';
import { LANGUAGES } from '../domain/language.ts';
import type { OperationalEvent } from '../domain/operationalEvent.ts';
import { SUBSTATUSES, type Substatus, statusOf } from '../domain/status.ts';
import { parcelFacts } from './facts.ts';
import { letterHtml, letterText } from './letter.ts';
import { operationalLetter } from './operationalLetter.ts';
import { memberLetter, type ParcelLetter, recipientLetter } from './parcelLetter.ts';
import { invitationLetter, testLetter } from './plainLetters.ts';

const hostile = '"><script>alert(1)</script>&\u202e';
const data = {
  id: 'trk_1',
  tracking_number: 'A-1',
  courier: { code: 'china-ems', name: 'China EMS' },
  destination_courier: null,
  title: hostile,
  order_id: 'O-7',
  customer_name: hostile,
  customer_email: 'kim@customer.example',
  latest_checkpoint: { time: '2026-03-01T14:05:00', description: hostile, location: 'Åre' },
};
const { fields } = anEvent();
const asked: ParcelLetter = {
  facts: parcelFacts(JSON.stringify(data), { fields: { ...fields, orderNumber: '1001' } }),
  state: { status: 'delivered', substatus: 'delivered001' },
  language: 'en',
  settings: { ...defaultSettings, name: hostile, color: '#ffee00' },
  url: 'https://shop.example/track/x?a=1&b="2"',
  unsubscribeUrl: 'https://shop.example/unsubscribe/y',
};

test('whatever stands in a letter is text, in HTML too', () => {
  for (const make of [recipientLetter, memberLetter]) {
    const html = letterHtml(make(asked));
    assert.doesNotMatch(html, /<script|"><s/);
    assert.match(html, /&#60;script&#62;alert\(1\)&#60;\/script&#62;&#38;/);
    assert.match(html, /href="https:\/\/shop\.example\/track\/x\?a=1&#38;b=&#34;2&#34;"/);
    assert.doesNotMatch(html, /<img|<link|url\(|@import/, 'nothing is loaded');
  }
  assert.match(letterText(memberLetter(asked)), /Customer: "><script>alert\(1\)<\/script>&/);
});

test('text and HTML say the same, and end with how such letters end', () => {
  const content = recipientLetter(asked);
  const [text, html] = [letterText(content), letterHtml({ ...content, sender: null, facts: [] })];
  for (const said of [content.heading, ...content.paragraphs, content.unsubscribe?.url ?? '', '']) {
    assert.ok(text.includes(said), said);
    assert.ok(html.includes(said), said);
  }
  assert.ok(text.trimEnd().endsWith('https://shop.example/unsubscribe/y'));
  assert.match(text, /Latest news: .* · Åre · Mar 1, 2026, 2:05\sPM/, 'the wall time of the place');
});

test('a recipient reads no more than the tracking page would show', () => {
  const text = letterText(recipientLetter(asked));
  assert.doesNotMatch(text, /1001|O-7|Contents/);
  const shows = { destination: true, orderNumber: true, title: true, locations: false };
  const settings = { ...asked.settings, trackPage: { enabled: true, shows } };
  const more = letterText(recipientLetter({ ...asked, settings }));
  assert.match(more, /Order number: 1001/);
  assert.match(more, /Contents: /);
  assert.doesNotMatch(more, /Åre/);
});

test('what is missing of the data, or was erased, is left out', () => {
  const bare = { id: 'trk_1', tracking_number: 'A-1', courier: null, latest_checkpoint: null };
  const facts = parcelFacts(JSON.stringify(bare), { fields });
  assert.equal(facts.customerEmail, null);
  const content = recipientLetter({ ...asked, facts, settings: defaultSettings, url: null });
  assert.deepEqual(content.facts, [{ label: 'Tracking number', value: 'A-1' }]);
  assert.deepEqual([content.sender, content.action], [null, null]);
  const [day, odd] = ['2026-03-01', 'some day'].map((time) => {
    const said = { ...bare, latest_checkpoint: { time, description: 'Seen' } };
    return letterText(memberLetter({ ...asked, facts: parcelFacts(JSON.stringify(said), { fields }) }));
  });
  assert.match(day ?? '', /Seen · Mar 1, 2026\n/);
  assert.match(odd ?? '', /Seen · some day\n/);
});

test('every letter has its words in every language, for every status', () => {
  for (const language of LANGUAGES) {
    const letters = [
      ...(Object.keys(SUBSTATUSES) as Substatus[]).flatMap((substatus) => {
        const said = { ...asked, language, state: { status: statusOf(substatus), substatus } };
        return [recipientLetter(said), memberLetter(said)];
      }),
      ...events.map((event) =>
        operationalLetter({
          ...{ event, language, timeZone: 'Asia/Tokyo', consoleUrl: 'https://w.example' },
          unsubscribeUrl: 'https://w.example/unsubscribe/x',
        }),
      ),
      invitationLetter({ language, merchant: null, url: 'https://w.example', hours: 24 }),
      invitationLetter({ language, merchant: 'Shop', url: 'https://w.example', hours: 1 }),
      testLetter({ language, url: 'https://w.example' }),
    ];
    for (const letter of letters) {
      const text = `${letter.subject}\n${letterText(letter)}`;
      assert.doesNotMatch(text, /\{\{|(^|\s)(mail|track|status)\.\w/, text);
    }
  }
});

test('an operational letter leads to what it tells of, in the zone of the account', () => {
  const [failing, , , parked] = events.map((event) =>
    letterText(
      operationalLetter({
        ...{ event, language: 'en', timeZone: 'Asia/Tokyo', consoleUrl: 'https://w.example' },
        unsubscribeUrl: 'https://w.example/unsubscribe/x',
      }),
    ),
  );
  assert.match(failing ?? '', /Failing since: Jan 1, 1970, 9:00:00\sAM GMT\+9/);
  assert.match(failing ?? '', /https:\/\/w\.example\/webhooks\/wh_1\n/);
  assert.match(parked ?? '', /https:\/\/w\.example\/deliveries\/dlv_1\n/);
});

const common = {
  id: 'evt_1',
  accountId: 'acc_1',
  webhook: { id: 'wh_1', url: 'https://shop.example/hook', description: '' },
  deliveryIds: [],
  createdAt: 60_000,
} as const;

const events: readonly OperationalEvent[] = [
  { ...common, kind: 'webhook.failing', failingSince: 0, reason: 'Answered 500.' },
  { ...common, kind: 'webhook.recovered', failingSince: 0 },
  {
    ...{ ...common, kind: 'webhook.disabled', disabledBy: 'receiver', reason: 'Answered 410.' },
    ...{ failingSince: null, parked: 3 },
  },
  {
    ...{ ...common, kind: 'delivery.parked' },
    delivery: {
      ...{ id: 'dlv_1', eventId: 'evt_0', trackingId: 'trk_1', number: 'A-1', revision: 2 },
      ...{ attempts: 14, status: 500, reason: 'Answered 500.' },
    },
  },
];
