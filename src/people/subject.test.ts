import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../domain/person.ts';
import { isAbout, type Subject, textWithout } from './subject.ts';

const anna: Person = { by: 'email', value: 'anna@example.com' };
const subject: Subject = { person: anna, numbers: new Set(['AB12']), ids: new Set(['0f']) };
const kept = { orders: false };

function without(value: unknown, meant = kept): unknown {
  const text = textWithout(JSON.stringify(value), subject, meant);
  return text === null ? null : JSON.parse(text);
}

test('of a list only what is theirs is emptied, whichever API it is of', () => {
  const olle = { tracking_number: 'XY9', customer_name: 'Olle', title: 'Tent' };
  const answer = {
    data: [
      { tracking_number: 'ab-12', customer_name: 'Anna', order_id: '17', origin: { title: 'Shoes' } },
      olle,
      { id: 'trk_0f', customer_sms: '070' },
      { id: '0f', note: 'n', label: null },
      { customer_email: 'ANNA@example.com', title: 'Hat' },
    ],
  };
  assert.deepEqual(without(answer), {
    data: [
      { tracking_number: 'ab-12', customer_name: null, order_id: '17', origin: { title: null } },
      olle,
      { id: 'trk_0f', customer_sms: null },
      { id: '0f', note: null, label: null },
      { customer_email: null, title: null },
    ],
  });
  assert.deepEqual(without({ id: '0f', order_id: '17' }, { orders: true }), { id: '0f', order_id: null });
});

test('a text that tells nothing of them, or is no JSON, is left alone', () => {
  assert.equal(without({ tracking_number: 'XY9', customer_name: 'Olle' }), null);
  assert.equal(without({ tracking_number: 'AB12', customer_name: null, title: '' }), null);
  assert.equal(textWithout('{"customer_email": "anna@example.com"', subject, kept), null);
  assert.equal(without('anna@example.com'), null);
});

test('a text is about them by their address, their number or their parcel, and about nobody by chance', () => {
  for (const text of [
    'Hello Anna@example.com!',
    '{"data":[{"tracking_number":"AB 12"}]}',
    '{"tracking_id":"trk_0f"}',
  ])
    assert.ok(isAbout(text, subject), text);
  for (const text of ['', 'AB12', 'null', '[1,"AB12"]', '{"tracking_number":"AB123"}', '{"webhook_id":"0f"}'])
    assert.ok(!isAbout(text, subject), text);
});

test('a text that is nested as deep as it is long is looked through like any other', () => {
  const nested = (within: string) => `${'[{"a":'.repeat(20_000)}${within}${'}]'.repeat(20_000)}`;
  assert.ok(isAbout(nested('{"tracking_id":"trk_0f"}'), subject));
  assert.ok(!isAbout(nested('1'), subject));
});
