import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError } from '../domain/error.ts';
import { makePasswords, passwordFault } from './passwords.ts';

/** As little as the algorithm takes, so that many are made in no time. */
const cheap = { memoryKiB: 8, passes: 1 };
const passwords = makePasswords(cheap);

test('a password fits its own hash and no other, and two hashes of it differ', async () => {
  const [one, two] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
  assert.notEqual(one, two);
  assert.match(one, /^\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await passwords.fits('correct horse', one), true);
  assert.equal(await passwords.fits('correct horse', two), true);
  assert.equal(await passwords.fits('correct horse ', one), false);
  assert.equal(await passwords.fits('', one), false);
});

test('a hash that was made at another cost still fits', async () => {
  const dearer = makePasswords({ memoryKiB: 32, passes: 3 });
  const kept = await dearer.hash('correct horse');
  assert.match(kept, /m=32,t=3/);
  assert.equal(await passwords.fits('correct horse', kept), true);
});

test('hashing costs at least what OWASP asks for where nobody says otherwise', async () => {
  const [, memory, passes] = /m=(\d+),t=(\d+),p=1/.exec(await makePasswords().hash('correct horse')) ?? [];
  assert.ok(Number(memory) >= 19 * 1024 && Number(passes) >= 2, `${memory} ${passes}`);
});

test('nothing fits what is no hash', async () => {
  const whole = await passwords.hash('correct horse');
  for (const kept of [null, '', 'correct horse', whole.slice(0, -1), whole.replace('argon2id', 'argon2i')])
    assert.equal(await passwords.fits('correct horse', kept), false, `${kept}`);
});

test('a letter is the same however the keyboard composes it', async () => {
  const kept = await passwords.hash('Zu\u0308rich am See');
  assert.equal(await passwords.fits('Z\u00fcrich am See', kept), true);
});

test('two hashings go on at a time and twenty wait; who comes then is told to come again, and nobody waits for ever', async () => {
  const kept = await passwords.hash('correct horse');
  const asked = Array.from({ length: 30 }, () => passwords.fits('correct horse', kept));
  const ends = await Promise.allSettled(asked);
  const refused = ends.filter((end) => end.status === 'rejected');
  assert.equal(refused.length, 8);
  for (const { reason } of refused)
    assert.ok(reason instanceof AppError && reason.problem.code === 'busy', String(reason));
  assert.ok(ends.slice(0, 22).every((end) => end.status === 'fulfilled' && end.value));
  assert.equal(await passwords.fits('correct horse', kept), true, 'and all places are free again');
});

test('comparing with no hash is the same work as comparing with one', async () => {
  // The places are taken by work that is under way: were none done, those who come later would find one free.
  const one = makePasswords(cheap);
  const asked = Array.from({ length: 30 }, () => one.fits('correct horse', null));
  const ends = await Promise.allSettled(asked);
  assert.equal(ends.filter(({ status }) => status === 'rejected').length, 8);
});

test('a password has 10 to 200 characters, however many bytes, and is not the email', () => {
  const email = 'Anna@shop.example';
  const fault = (password: string) => passwordFault(password, email);
  assert.match(fault('123456789') ?? '', /10 to 200 characters. This one has 9/);
  assert.equal(fault('1234567890'), null);
  assert.equal(fault('📦'.repeat(200)), null);
  assert.match(fault('📦'.repeat(201)) ?? '', /This one has 201/);
  assert.match(fault('anna@SHOP.example') ?? '', /not the email/);
  assert.match(fault(' anna@shop.example ') ?? '', /not the email/);
  assert.equal(fault('anna@shop.example and more'), null);
});
