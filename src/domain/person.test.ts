import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOf, type Person, type PersonKey, personOf, withoutPerson } from './person.ts';
import { noFields, type TrackingFields } from './tracking.ts';

function person(by: PersonKey, text: string): Person {
  const made = personOf(by, text);
  assert.ok(made !== null, text);
  return made;
}

test('a person is known however email, phone and name are written', () => {
  const cases: [PersonKey, string, Partial<TrackingFields>][] = [
    ['email', ' Anna@Example.com', { customerEmail: 'anna@example.COM ' }],
    ['email', 'anna@example.com', { note: 'write to Anna@example.com first' }],
    ['phone', '070-174 06 05', { customerPhone: '+46 (0)70 174 06 05' }],
    ['phone', '0046701740605', { customerPhone: '070 1740605' }],
    ['name', 'anna  ÅS', { customerName: ' Anna\u00a0Ås' }],
  ];
  for (const [by, text, fields] of cases) assert.ok(isOf(person(by, text), fields), text);
});

test('whoever is only nearly the same is somebody else', () => {
  const cases: [PersonKey, string, Partial<TrackingFields>][] = [
    ['email', 'anna@example.com', { customerEmail: 'joanna@example.com' }],
    ['email', 'anna@example.com', { customerName: 'anna@example.com' }],
    ['phone', '0701740605', { customerPhone: '0701740606' }],
    ['phone', '1740605', { customerPhone: '740605' }],
    ['name', 'Anna', { customerName: 'Anna Ås' }],
    ['tracking_number', 'ANNA1', { note: 'ANNA1' }],
    ['email', 'anna@example.com', {}],
  ];
  for (const [by, text, fields] of cases) assert.ok(!isOf(person(by, text), fields), text);
});

test('what could be anybody is nobody to look for', () => {
  for (const [by, text] of [
    ['email', '@'],
    ['email', 'anna'],
    ['phone', '0701'],
    ['phone', 'anna'],
    ['name', '  '],
    ['tracking_number', '-'],
  ] as const)
    assert.equal(personOf(by, text), null, text);
});

test('of fields without a person nothing is changed, and with one only what is theirs', () => {
  const merchants = { ...noFields, orderId: '17', destinationCountry: 'SE', lookupKey: 'k', language: 'sv' };
  assert.equal(withoutPerson(merchants, { orders: false }), merchants);
  const all = {
    ...merchants,
    customerName: '',
    customerEmail: 'a@example.com',
    note: 'n',
    lookupPostcode: '1',
  };
  assert.deepEqual(withoutPerson(all, { orders: false }), merchants);
  assert.deepEqual(withoutPerson(all, { orders: true }), { ...merchants, orderId: null });
});
