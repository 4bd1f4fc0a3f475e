/**
 * What a store may not write that has not heard what another process changed: no update and no settings of that account,
 * and all of any other. Nothing of what is refused is left, and after hearing the news the same goes through.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Account } from '../../src/domain/account.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { type Answer, Outdated, type Store, type TrackingCommit } from '../../src/store/store.ts';
import { aWebhook, testNow } from '../support/build.ts';
import { startDatabases } from './database.ts';
import {
  aKey,
  anAccount,
  aParcel,
  changeOf,
  commitRevisions,
  countOf,
  everything,
  heardAll,
  ids,
  settled,
  stateOf,
  statesOf,
  trackingEvents,
  wholeList,
} from './world.ts';

const databases = await startDatabases();
const { withStores } = databases;
after(() => databases.cluster.stop());

type Change = (store: Store, of: { account: Account; webhook: Webhook }) => Promise<unknown>;

/** All that changes what processes hold of an account. */
const changes: Readonly<Record<string, Change>> = {
  'the account': (store, { account }) => store.updateAccount(account, heardAll),
  'a new key': (store, { account }) => store.insertKey(aKey(account.id), heardAll),
  'a revoked key': async (store, { account }) => {
    const [key] = await store.keys(account.id);
    assert.equal(await store.deleteKey(account.id, key?.id ?? '', heardAll), true);
  },
  'a new webhook': (store, { account }) =>
    store.insertWebhook(aWebhook({ id: ids.next('wh'), accountId: account.id }), null, heardAll),
  'a webhook': (store, { webhook }) => store.updateWebhook(webhook, null, heardAll),
  'a deleted webhook': (store, { webhook }) => store.deleteWebhook(webhook, testNow),
};

describe('a store that has not heard', () => {
  for (const [what, change] of Object.entries(changes)) {
    it(`of ${what} takes no update of that account, and those of another in the same flush`, () =>
      withStores(async ([one, two]) => {
        const mine = await settled(one, {});
        const others = await settled(one, {});
        const heard = await countOf(two);
        await change(one, { account: mine.account, webhook: mine.webhooks[0] as Webhook });
        const [first, other, last] = [mine, others, mine].map(({ account, webhooks }) =>
          changeOf(aParcel(account.id), webhooks),
        ) as [TrackingCommit, TrackingCommit, TrackingCommit];
        const answer = anAnswer(mine.account);
        const trackings = [first, other, last];
        assert.deepEqual(await two.commit({ trackings, answers: [answer], heard }), [
          { kind: 'outdated' },
          { kind: 'committed', deliveries: other.deliveries },
          { kind: 'outdated' },
        ]);
        assert.deepEqual(await two.tracking(others.account.id, other.tracking.id), other.tracking);
        for (const { tracking } of [first, last])
          assert.equal(await two.tracking(mine.account.id, tracking.id), null);
        assert.deepEqual(await trackingEvents(two, mine.account.id), []);
        const owed = await wholeList((page) => two.deliveries(mine.account.id, everything, page));
        assert.deepEqual(owed, []);
        assert.equal(await two.answer(mine.account.id, answer.key, 0), null);

        const again = { trackings: [first, last], answers: [answer], heard: await countOf(two) };
        assert.deepEqual(kindsOf(await two.commit(again)), ['committed', 'committed']);
        assert.equal((await two.answer(mine.account.id, answer.key, 0))?.body, answer.body);
      }));
  }

  it('writes no further revision of what it holds either, whatever else would keep it from that', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const { tracking } = await commitRevisions(two, 1, webhooks);
      const heard = await countOf(two);
      await one.updateAccount(account, heardAll);
      const second = changeOf({ ...tracking, revision: 2 }, webhooks);
      const conflicting = { ...second, expectedWrites: 7 };
      for (const change of [second, conflicting])
        assert.deepEqual(await two.commit({ trackings: [change], answers: [], heard }), [
          { kind: 'outdated' },
        ]);
      // One that cannot be stored has its neighbours written one by one, which are no less outdated then.
      const other = await settled(one);
      const now = await countOf(two);
      await one.updateAccount(account, heardAll);
      const bad = changeOf(aParcel(other.account.id, { number: 'bad\0' }));
      const good = changeOf(aParcel(other.account.id));
      const results = await two.commit({ trackings: [second, bad, good], answers: [], heard: now });
      assert.deepEqual(kindsOf(results), ['outdated', 'failed', 'committed']);
      assert.equal((await two.tracking(account.id, tracking.id))?.revision, 1);
    }));

  it('of a new account takes no update of it', () =>
    withStores(async ([one, two]) => {
      const heard = await countOf(two);
      const { account } = await settled(one);
      const first = anAccount();
      assert.equal(await one.insertFirstAccount(first, aKey(first.id)), false);
      const trackings = [changeOf(aParcel(account.id))];
      assert.deepEqual(kindsOf(await two.commit({ trackings, answers: [], heard })), ['outdated']);
    }));

  it('is not kept from anything by a rest or its end, or by what it has heard', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
      const heard = await countOf(two);
      const rest = await one.tell({ kind: 'rests', ...about });
      await one.tell({ kind: 'goes_on', ...about, rest });
      const trackings = [changeOf(aParcel(account.id), webhooks)];
      assert.deepEqual(kindsOf(await two.commit({ trackings, answers: [], heard })), ['committed']);
      await two.updateAccount(account, heard);
    }));
});

describe('settings that another process has changed', () => {
  it('are not written over: of the account', () =>
    withStores(async ([one, two]) => {
      const mine = (await settled(one)).account;
      const other = (await settled(one)).account;
      const heard = await countOf(two);
      await one.updateAccount({ ...mine, suspended: true }, heard);
      const count = await countOf(two);
      const edited = { ...mine, timeZone: 'Asia/Tokyo' };
      await assert.rejects(two.updateAccount(edited, heard), Outdated);
      assert.deepEqual(await two.account(mine.id), { ...mine, suspended: true });
      assert.equal(await countOf(two), count, 'nothing is told of it');
      await two.updateAccount({ ...other, timeZone: 'Asia/Tokyo' }, heard);
      assert.equal((await one.account(other.id))?.timeZone, 'Asia/Tokyo');
      await two.updateAccount({ ...edited, suspended: true }, count);
      assert.deepEqual(await one.account(mine.id), { ...edited, suspended: true });
    }));

  it('are not written over: of a webhook, of which nothing is parked', () =>
    withStores(async ([one, two]) => {
      const mine = await settled(one, {}, {});
      const others = await settled(one, {});
      const [webhook, neighbour] = mine.webhooks as [Webhook, Webhook];
      const [other] = others.webhooks as [Webhook];
      const deliveries = [
        ...(await commitRevisions(one, 2, [webhook])).deliveries,
        ...(await commitRevisions(one, 1, [other])).deliveries,
      ];
      const heard = await countOf(two);
      // The whole account's webhooks are held together.
      await one.updateWebhook({ ...neighbour, description: 'changed' }, null, heard);
      const count = await countOf(two);
      const disabled = { enabled: false, disabledReason: 'by hand' };
      await assert.rejects(two.updateWebhook({ ...webhook, ...disabled }, null, heard), Outdated);
      assert.deepEqual(await two.webhooks(mine.account.id), [
        webhook,
        { ...neighbour, description: 'changed' },
      ]);
      assert.deepEqual(await statesOf(two, deliveries), ['ready', 'blocked', 'ready']);
      assert.equal(await countOf(two), count, 'nothing is told of it');
      await two.updateWebhook({ ...other, ...disabled }, null, heard);
      await two.updateWebhook({ ...webhook, ...disabled }, null, count);
      assert.deepEqual(await statesOf(one, deliveries), ['parked', 'parked', 'parked']);
    }));

  it('are not added to: no key and no webhook is made beside one that was not heard of', () =>
    withStores(async ([one, two]) => {
      const mine = (await settled(one)).account.id;
      const other = (await settled(one)).account.id;
      const heard = await countOf(two);
      const keys = [aKey(mine), aKey(mine), aKey(other)] as const;
      const webhooks = [mine, mine, other].map((accountId) => aWebhook({ id: ids.next('wh'), accountId }));
      const [first, second, others] = webhooks as [Webhook, Webhook, Webhook];
      await one.insertKey(keys[0], heard);
      const answer = { ...anAnswer({ id: mine }), key: 'made' };
      await assert.rejects(two.insertKey(keys[1], heard), Outdated);
      await assert.rejects(two.insertWebhook(first, answer, heard), Outdated);
      assert.equal((await two.keys(mine)).length, 2);
      assert.deepEqual([await two.webhooks(mine), await two.answer(mine, 'made', 0)], [[], null]);
      await two.insertKey(keys[2], heard);
      await one.insertWebhook(first, null, await countOf(one));
      await assert.rejects(two.insertWebhook(second, answer, heard), Outdated);
      await assert.rejects(two.insertWebhook(others, null, heard), Outdated, 'it has made a key itself');
      await two.insertWebhook(second, answer, await countOf(two));
      assert.deepEqual(await one.webhooks(mine), [first, second]);
    }));

  it('keep a key whose fellow another has revoked, until that was heard', () =>
    withStores(async ([one, two]) => {
      const mine = (await settled(one)).account.id;
      const second = aKey(mine);
      await one.insertKey(second, heardAll);
      const [first] = (await two.keys(mine)).filter(({ id }) => id !== second.id);
      const heard = await countOf(two);
      assert.equal(await one.deleteKey(mine, second.id, heard), true);
      await assert.rejects(two.deleteKey(mine, first?.id ?? '', heard), Outdated);
      assert.deepEqual(await two.keys(mine), [first]);
      assert.equal(await two.deleteKey(mine, first?.id ?? '', await countOf(two)), true);
    }));

  it('do not come back when they were deleted', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const [webhook] = webhooks as [Webhook];
      const heard = await countOf(two);
      await one.deleteWebhook(webhook, testNow);
      await assert.rejects(two.updateWebhook(webhook, null, heard), Outdated);
      assert.deepEqual(await two.webhooks(account.id), []);
    }));

  it('hold for what was decided before them: what a disabled webhook is owed is parked', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const [webhook] = webhooks as [Webhook];
      // Decided under what was heard, and not committed before the webhook was disabled: the news say so.
      const heard = await countOf(two);
      const change = changeOf(aParcel(account.id), webhooks);
      await one.updateWebhook({ ...webhook, enabled: false }, null, heard);
      const flush = (heard: number) => two.commit({ trackings: [change], answers: [], heard });
      assert.deepEqual(kindsOf(await flush(heard)), ['outdated']);
      assert.deepEqual(kindsOf(await flush(heardAll)), ['committed']);
      const [delivery] = change.deliveries;
      assert.equal(delivery && (await stateOf(one, delivery)), 'parked');
    }));
});

function kindsOf(results: readonly { readonly kind: string }[]): readonly string[] {
  return results.map(({ kind }) => kind);
}

function anAnswer({ id: accountId }: Pick<Account, 'id'>): Answer {
  const body = '{"text":"the first answer"}';
  return { accountId, key: 'once', requestHash: 'hash', status: 200, body, createdAt: testNow };
}
