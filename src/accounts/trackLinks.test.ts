import assert from 'node:assert/strict';
import test from 'node:test';
import { anAccount, ids } from '../../test/conformance/world.ts';
import { changedSettings } from '../domain/accountSettings.ts';
import { isGenuine, logoPathOf, readLogoToken, readTrackToken, trackPathOf } from './trackLinks.ts';

const account = anAccount({ trackKey: 'AAAAAAAAAAAAAAAAAAAAAA' });
const trackingId = ids.next('trk');
const token = (trackPathOf(account, trackingId) as string).replace('/track/', '');

test('a token names its parcel, and is genuine for its account and key alone', () => {
  const link = readTrackToken(token);
  assert.ok(link !== null);
  assert.deepEqual([link.accountId, link.trackingId], [account.id, trackingId]);
  assert.equal(isGenuine(link, account), true);
  assert.equal(isGenuine(link, { ...account, trackKey: 'AQAAAAAAAAAAAAAAAAAAAA' }), false);
  assert.equal(isGenuine(link, { ...account, trackKey: null }), false);
});

test('a token in which any character is another is not genuine', () => {
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A';
    const link = readTrackToken(token.slice(0, at) + other + token.slice(at + 1));
    assert.equal(link !== null && isGenuine(link, account), false, `at ${at}`);
  }
});

test('of one account the token of a parcel tells nothing of another one of its', () => {
  const other = (trackPathOf(account, ids.next('trk')) as string).replace('/track/', '');
  const mixed = Buffer.concat([
    Buffer.from(token, 'base64url').subarray(0, 32),
    Buffer.from(other, 'base64url').subarray(32),
  ]);
  const link = readTrackToken(mixed.toString('base64url'));
  assert.ok(link !== null);
  assert.equal(isGenuine(link, account), false);
});

test('what is no token is none', () => {
  for (const text of [
    '',
    'x',
    `${token}A`,
    token.slice(1),
    token.replace(/.$/, '!'),
    `${token}=`,
    trackingId,
  ])
    assert.equal(readTrackToken(text), null, text);
});

test('an account whose pages are switched off, or that has no key yet, has no addresses', () => {
  const settings = changedSettings(account.settings, { trackPage: { enabled: false } });
  assert.equal(trackPathOf({ ...account, settings }, trackingId), null);
  assert.equal(trackPathOf({ ...account, trackKey: null }, trackingId), null);
});

test('the address of a logo names its account and its contents', () => {
  assert.equal(logoPathOf(account), null);
  const logoHash = 'ab'.repeat(32);
  const path = logoPathOf({ ...account, logoHash }) as string;
  assert.deepEqual(readLogoToken(path.replace('/track/logo/', '')), {
    accountId: account.id,
    hashBegins: 'ab'.repeat(12),
  });
  assert.equal(readLogoToken(token), null);
});
