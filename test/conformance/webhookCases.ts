/** Conformance: webhooks, and what becomes of their deliveries. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Webhook } from '../../src/domain/webhook.ts';
import { aWebhook } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { commitRevisions, heardAll, ids, lastMade, recover, settle, settled, statesOf } from './world.ts';

export function webhookCases(withStore: WithStore): void {
  it(
    'gives every field back, also after a restart, in the order of creation',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, {
        url: 'https://user:pa%20ss@shop.example/hook?token=ü',
        description: 'Läger 📦',
        version: 'v2',
        callback: false,
        statuses: ['delivered', 'exception'],
        firesOn: 'every_update',
        ordered: false,
        enabled: false,
        disabledReason: 'The receiver answered 410.',
        headers: { authorization: 'Bearer 123', 'x-empty': '' },
        secret: 'whsec_first',
        previousSecret: 'whsec_before',
        previousSecretUntil: 99,
        retrySeconds: [1, 2, 3],
        updatedAt: 77,
      });
      const plain = aWebhook({
        id: ids.next('wh'),
        accountId: account.id,
        statuses: 'all',
        retrySeconds: null,
      });
      await store.insertWebhook(plain, null, heardAll);
      assert.deepEqual(await store.webhooks(account.id), [...webhooks, plain]);
      assert.deepEqual(await (await opened.reopen()).webhooks(account.id), [...webhooks, plain]);
    }),
  );

  it(
    'shows an account only its own',
    withStore(async (store) => {
      const [mine, other] = [await settled(store, {}), await settled(store)];
      assert.deepEqual(await store.webhooks(mine.account.id), mine.webhooks);
      assert.deepEqual(await store.webhooks(other.account.id), []);
    }),
  );

  it(
    'remembers the answer together with the webhook',
    withStore(async (store) => {
      const { account } = await settled(store);
      const answer = {
        accountId: account.id,
        key: 'once',
        requestHash: 'h',
        status: 201,
        body: '{"secret":"x"}',
        createdAt: 5,
      };
      await store.insertWebhook(aWebhook({ id: ids.next('wh'), accountId: account.id }), answer, heardAll);
      assert.deepEqual(await store.answer(account.id, 'once', 5), answer);
    }),
  );

  it(
    'an update replaces all of it',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {
        previousSecret: 'whsec_old',
        previousSecretUntil: 5,
      });
      const [webhook] = webhooks as [Webhook];
      const changed: Webhook = {
        ...webhook,
        url: 'https://other.example/',
        headers: {},
        secret: 'whsec_new',
        previousSecret: null,
        previousSecretUntil: null,
        statuses: ['transit'],
      };
      await store.updateWebhook(changed, null, heardAll);
      assert.deepEqual(await store.webhooks(account.id), [changed]);
    }),
  );

  it(
    'disabling parks what waits, of that webhook alone; enabling puts nothing back by itself',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {}, {});
      const [mine] = webhooks as [Webhook, Webhook];
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const own = deliveries.filter((delivery) => delivery.webhookId === mine.id);
      const others = deliveries.filter((delivery) => delivery.webhookId !== mine.id);
      await settle(store, own[0] as (typeof own)[0], 'accepted');
      await settle(store, own[1] as (typeof own)[0], 'scheduled');
      await store.updateWebhook({ ...mine, enabled: false }, null, heardAll);
      assert.deepEqual(await statesOf(store, own), ['accepted', 'parked', 'parked']);
      assert.deepEqual(await statesOf(store, others), ['ready', 'blocked', 'blocked']);
      const parked = await store.delivery(mine.accountId, own[1]?.id ?? '');
      assert.deepEqual([parked?.attempts, parked?.dueAt], [1, null]);
      await store.updateWebhook({ ...mine, enabled: true }, null, heardAll);
      assert.deepEqual(await statesOf(store, own), ['accepted', 'parked', 'parked']);
      assert.deepEqual(await store.webhooksWithWork(null, null), [others[0]?.webhookId]);
    }),
  );

  it(
    'deleting cancels what waits and what is parked, and leaves what is accepted',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [mine, other] = webhooks as [Webhook, Webhook];
      const { deliveries } = await commitRevisions(store, 4, [mine]);
      const kept = await commitRevisions(store, 1, [other]);
      await settle(store, deliveries[0] as (typeof deliveries)[0], 'accepted');
      await settle(store, deliveries[1] as (typeof deliveries)[0], 'parked');
      const at = lastMade();
      await store.deleteWebhook(mine, at);
      assert.deepEqual(await statesOf(store, deliveries), [
        'accepted',
        'cancelled',
        'cancelled',
        'cancelled',
      ]);
      assert.equal((await store.delivery(account.id, deliveries[2]?.id ?? ''))?.settledAt, at);
      assert.deepEqual(await store.webhooks(account.id), [other]);
      assert.deepEqual(await store.webhooksWithWork(null, null), [other.id]);
      assert.deepEqual(await statesOf(store, kept.deliveries), ['ready']);
      assert.equal(await recover(store, mine.id), 0);
      // A second time changes nothing.
      await store.deleteWebhook(mine, at + 1);
      assert.equal((await store.delivery(account.id, deliveries[2]?.id ?? ''))?.settledAt, at);
    }),
  );
}
