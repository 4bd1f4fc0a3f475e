/** Conformance: accounts and keys, notes, remembered answers, the inbox. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeCourierCredentials } from '../../src/accounts/courierCredentials.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Account, Logo } from '../../src/domain/account.ts';
import { changedSettings, defaultSettings } from '../../src/domain/accountSettings.ts';
import type { InboxMessage } from '../../src/domain/inbox.ts';
import type { Answer } from '../../src/store/store.ts';
import type { WithStore } from './store.ts';
import { aKey, anAccount, heardAll, ids, settled, wholeList } from './world.ts';

export function accountCases(withStore: WithStore): void {
  it(
    'keeps accounts in the order of creation, and changes them',
    withStore(async (store, opened) => {
      assert.deepEqual(await store.accounts(), []);
      const [one, two] = [anAccount(), anAccount({ suspended: true, timeZone: 'Asia/Shanghai' })];
      await store.insertAccount(one, aKey(one.id));
      await store.insertAccount(two, aKey(two.id));
      const changed: Account = {
        ...one,
        suspended: true,
        signingEmail: 'new@example.org',
        previousSigningEmail: one.signingEmail,
        previousSigningEmailUntil: 1,
        webhookSecret: 'new',
        previousWebhookSecret: one.webhookSecret,
        previousWebhookSecretUntil: 2,
        settings: changedSettings(defaultSettings, {
          name: 'Café 店 O’Neil',
          trackPage: { shows: { title: true } },
        }),
        trackKey: 'a-key',
        logoHash: 'a-hash',
      };
      await store.updateAccount(changed, heardAll);
      const again = await opened.reopen();
      assert.deepEqual(await again.accounts(), [changed, two]);
      assert.deepEqual(await again.account(one.id), changed);
      assert.equal(await again.account(ids.next('acc')), null);
    }),
  );

  it(
    'gives an account a key of its tracking pages once',
    withStore(async (store, opened) => {
      const account = anAccount();
      await store.insertAccount(account, aKey(account.id));
      assert.equal(await store.claimTrackKey(account.id, 'first'), 'first');
      const again = await opened.reopen();
      assert.equal(await again.claimTrackKey(account.id, 'second'), 'first');
      assert.deepEqual(await again.account(account.id), { ...account, trackKey: 'first' });
      assert.equal(await again.claimTrackKey(ids.next('acc'), 'third'), null);
    }),
  );

  it(
    'keeps the logo of an account, for that account alone',
    withStore(async (store, opened) => {
      const [one, two] = [anAccount(), anAccount()];
      await store.insertAccount(one, aKey(one.id));
      await store.insertAccount(two, aKey(two.id));
      const logo: Logo = { contentType: 'image/png', data: 'AAEC', createdAt: 1 };
      const later: Logo = { contentType: 'image/webp', data: 'AwQF', createdAt: 2 };
      const first = { ...one, logoHash: 'h1' };
      await store.updateLogo(first, logo, heardAll);
      await store.updateLogo(first, logo, heardAll);
      await store.updateLogo({ ...two, logoHash: 'h1' }, logo, heardAll);
      assert.deepEqual(await store.logo(one.id, 'h1'), logo);
      await store.updateLogo({ ...one, logoHash: 'h2' }, later, heardAll);
      const again = await opened.reopen();
      assert.equal((await again.account(one.id))?.logoHash, 'h2');
      assert.equal(await again.logo(one.id, 'h1'), null);
      assert.deepEqual(await again.logo(one.id, 'h2'), later);
      await again.updateLogo(one, null, heardAll);
      assert.equal((await again.account(one.id))?.logoHash, null);
      assert.equal(await again.logo(one.id, 'h2'), null);
      assert.deepEqual(await again.logo(two.id, 'h1'), logo);
    }),
  );

  it(
    'makes an account wholly or not at all',
    withStore(async (store) => {
      const [one, two] = [anAccount(), anAccount()];
      const key = aKey(one.id);
      await store.insertAccount(one, key);
      await assert.rejects(store.insertAccount(two, aKey(two.id, { hash: key.hash })));
      assert.deepEqual(await store.accounts(), [one]);
      assert.deepEqual(await store.keys(two.id), []);
    }),
  );

  it(
    'keeps when a key was last used, never sets it back, and passes over one that is gone',
    withStore(async (store, opened) => {
      const [one, two] = [anAccount(), anAccount()];
      const [first, other] = [aKey(one.id), aKey(two.id)];
      await store.insertAccount(one, first);
      await store.insertAccount(two, other);
      const use = (key: typeof first, lastUsedAt: number) => ({ ...key, lastUsedAt });
      await store.touchKeys([use(first, 500), use(aKey(one.id), 900)]);
      await store.touchKeys([use(first, 400), use(other, 700)]);
      const again = await opened.reopen();
      assert.deepEqual(await again.keys(one.id), [use(first, 500)]);
      assert.deepEqual(await again.keyByHash(other.hash), use(other, 700));
    }),
  );

  it(
    'keeps what couriers are shown, by account and courier, until it is taken away',
    withStore(async (store, opened) => {
      const [one, two] = [anAccount(), anAccount()];
      const made = (accountId: Account['id'], courierCode: string, key: string) => ({
        ...{ accountId, courierCode, values: { key, 'customer no': 'Zürich 📦' }, updatedAt: 7 },
      });
      const kept = [
        made(one.id, 'dhl', 'new'),
        made(one.id, 'sandbox', 'a'),
        made(two.id, 'dhl', 'b'),
      ] as const;
      const old = { ...made(one.id, 'dhl', 'old'), updatedAt: 6 };
      const put = (each: typeof old, before: number | null) => store.putCourierCredentials(each, before);
      assert.deepEqual(
        [await put(old, 5), await put(old, null), await put(kept[0], null)],
        [false, true, false],
      );
      assert.deepEqual([await put(kept[0], 5), await put(kept[0], 6)], [false, true]);
      assert.deepEqual([await put(kept[1], null), await put(kept[2], null)], [true, true]);
      const again = await opened.reopen();
      assert.deepEqual(await again.allCourierCredentials(one.id), kept.slice(0, 2));
      assert.deepEqual(await again.courierCredentials(two.id, 'dhl'), kept[2]);
      assert.equal(await again.courierCredentials(two.id, 'sandbox'), null);
      assert.equal(await again.deleteCourierCredentials(one.id, 'dhl'), true);
      assert.equal(await again.deleteCourierCredentials(one.id, 'dhl'), false);
      assert.deepEqual(await again.allCourierCredentials(one.id), [kept[1]]);
      assert.deepEqual(await again.allCourierCredentials(two.id), [kept[2]]);
    }),
  );

  it(
    'what is set for a courier at the same time counts, all of it',
    withStore(async (store) => {
      const account = anAccount();
      const names = ['customer_number', 'api_key', 'user'];
      const credentials = names.map((name) => ({ name, label: name, secret: true, required: false }));
      // Each has its own, as each process has.
      const services = names.map(() =>
        makeCourierCredentials({
          ...{ store, clock: { ...systemClock, now: () => 5 } },
          adapters: [{ code: 'sandbox', credentials }],
        }),
      );
      for (const value of ['first', 'second']) {
        await Promise.all(
          services.map((service, index) =>
            service.set(account.id, 'sandbox', { [names[index] as string]: value }),
          ),
        );
        assert.deepEqual(
          (await store.courierCredentials(account.id, 'sandbox'))?.values,
          Object.fromEntries(names.map((name) => [name, value])),
        );
      }
    }),
  );

  it(
    'finds a key by its hash until it is deleted, by its account alone',
    withStore(async (store) => {
      const [one, two] = [anAccount(), anAccount()];
      const first = aKey(one.id);
      await store.insertAccount(one, first);
      await store.insertAccount(two, aKey(two.id));
      const second = aKey(one.id, { name: '', role: 'read-only' });
      await store.insertKey(second, heardAll);
      assert.deepEqual(await store.keys(one.id), [first, second]);
      assert.deepEqual(await store.keyByHash(second.hash), second);
      assert.equal(await store.keyByHash('unknown'), null);
      assert.equal(await store.deleteKey(two.id, second.id, heardAll), false);
      assert.equal(await store.deleteKey(one.id, second.id, heardAll), true);
      assert.equal(await store.deleteKey(one.id, second.id, heardAll), false);
      assert.equal(await store.keyByHash(second.hash), null);
      assert.deepEqual(await store.keys(one.id), [first]);
    }),
  );

  it(
    'keeps notes, replaces and removes them',
    withStore(async (store, opened) => {
      assert.equal(await store.note('inbox'), null);
      await store.setNote('inbox', 'token');
      await store.setNote('empty', '');
      await store.setNote('inbox', 'another');
      const again = await opened.reopen();
      assert.equal(await again.note('inbox'), 'another');
      assert.equal(await again.note('empty'), '');
      await again.setNote('inbox', null);
      await again.setNote('never', null);
      assert.equal(await again.note('inbox'), null);
    }),
  );

  it(
    'remembers an answer from a time on, for its account alone, and replaces it',
    withStore(async (store) => {
      const { account } = await settled(store);
      const other = await settled(store);
      const answer: Answer = {
        accountId: account.id,
        key: 'k',
        requestHash: 'one',
        status: 200,
        body: '{"é":"📦"}',
        createdAt: 100,
      };
      await store.rememberAnswer(answer);
      assert.deepEqual(await store.answer(account.id, 'k', 100), answer);
      assert.equal(await store.answer(account.id, 'k', 101), null);
      assert.equal(await store.answer(other.account.id, 'k', 0), null);
      const newer = { ...answer, requestHash: 'two', status: 409, body: '', createdAt: 200 };
      await store.rememberAnswer(newer);
      assert.deepEqual(await store.answer(account.id, 'k', 0), newer);
    }),
  );

  it(
    'forgets the answers from before a time',
    withStore(async (store) => {
      const { account } = await settled(store);
      const answer = (key: string, createdAt: number): Answer => ({
        ...{ accountId: account.id, key, requestHash: '', status: 200, body: '', createdAt },
      });
      await store.rememberAnswer(answer('old', 99));
      await store.rememberAnswer(answer('new', 100));
      await store.forgetAnswers(100);
      assert.equal(await store.answer(account.id, 'old', 0), null);
      assert.ok(await store.answer(account.id, 'new', 0));
    }),
  );

  it(
    'keeps the newest messages of an account within the bounds, in number and in bytes',
    withStore(async (store) => {
      const [mine, other] = [await settled(store), await settled(store)];
      const message = (account: Account, body = ''): InboxMessage => ({
        id: ids.next('inb'),
        accountId: account.id,
        receivedAt: 1,
        headers: { 'content-type': 'application/json' },
        body,
        verified: false,
        reason: 'No signature.',
      });
      const bounds = { messages: 20, bytes: 100_000 };
      const kept = message(other.account);
      await store.insertInboxMessage(kept, bounds);
      const many = Array.from({ length: 50 }, (_, index) => message(mine.account, `${index} 📦`));
      for (const one of many) await store.insertInboxMessage(one, bounds);
      const list = () => wholeList((page) => store.inboxMessages(mine.account.id, page), 7);
      const listed = await list();
      assert.ok(listed.length <= 20 && listed.length >= 10, `${listed.length} messages`);
      assert.deepEqual(listed, many.slice(-listed.length).toReversed());

      // Three bytes a character: counted as what they take, not as characters.
      const large = Array.from({ length: 4 }, () => message(mine.account, '好'.repeat(10_000)));
      for (const one of large) {
        await store.insertInboxMessage(one, bounds);
        const held = (await list()).reduce((bytes, { body }) => bytes + Buffer.byteLength(body), 0);
        assert.ok(held <= bounds.bytes, `${held} bytes`);
      }
      assert.deepEqual((await list())[0], large[3]);
      const others = await store.inboxMessages(other.account.id, { after: null, limit: 10 });
      assert.deepEqual(others, { items: [kept], next: null });
    }),
  );
}
