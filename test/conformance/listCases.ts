/** Conformance: lists of deliveries, over what waits and what is settled alike. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery, PublicDeliveryState } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { DeliveryFilter } from '../../src/store/store.ts';
import type { WithStore } from './store.ts';
import { commitRevisions, everything, ids, lastMade, settle, settled, wholeList } from './world.ts';

export function listCases(withStore: WithStore): void {
  it(
    'filters by state, webhook, parcel and time, and by all of them',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {}, {});
      const [one, two, three] = webhooks as [Webhook, Webhook, Webhook];
      const first = await commitRevisions(store, 2, [one]);
      const second = await commitRevisions(store, 2, [two]);
      const third = await commitRevisions(store, 1, [three]);
      const all = [...first.deliveries, ...second.deliveries, ...third.deliveries] as Delivery[];
      const [a, b, c, d] = all as [Delivery, Delivery, Delivery, Delivery];
      await settle(store, a, 'accepted');
      await settle(store, c, 'parked');
      await settle(store, d, 'scheduled');
      await store.deleteWebhook(three, lastMade());
      const cases: [Partial<DeliveryFilter>, number[]][] = [
        [{}, [4, 3, 2, 1, 0]],
        [{ state: 'waiting' }, [3, 1]],
        [{ state: 'sending' }, [3, 1]],
        [{ state: 'accepted' }, [0]],
        [{ state: 'parked' }, [2]],
        [{ state: 'cancelled' }, [4]],
        [{ webhookId: one.id }, [1, 0]],
        [{ webhookId: three.id }, [4]],
        [{ trackingId: second.tracking.id }, [3, 2]],
        [{ trackingId: first.tracking.id, state: 'accepted' }, [0]],
        [{ trackingId: first.tracking.id, webhookId: two.id }, []],
        [{ createdFrom: b.createdAt }, [4, 3, 2, 1]],
        [{ createdFrom: b.createdAt + 1 }, [4, 3, 2]],
        [{ createdTo: b.createdAt }, [1, 0]],
        [{ createdTo: b.createdAt - 1 }, [0]],
        [{ createdFrom: b.createdAt, createdTo: c.createdAt }, [2, 1]],
        [
          {
            state: 'waiting',
            webhookId: two.id,
            trackingId: second.tracking.id,
            createdFrom: a.createdAt,
            createdTo: lastMade(),
          },
          [3],
        ],
        [{ webhookId: ids.next('wh') }, []],
      ];
      for (const [filter, expected] of cases) {
        const listed = await wholeList(
          (page) => store.deliveries(account.id, { ...everything, ...filter }, page),
          1 + (expected.length % 2),
        );
        assert.deepEqual(
          listed.map(({ id }) => all.findIndex((delivery) => delivery.id === id)),
          expected,
          JSON.stringify(filter),
        );
        const mirrored = await wholeList(
          (page) => store.deliveriesFrom(account.id, { ...everything, ...filter }, page),
          1 + (expected.length % 2),
        );
        assert.deepEqual(mirrored, listed.toReversed(), JSON.stringify(filter));
      }
    }),
  );

  it(
    'shows an account only its own, by list and by id',
    withStore(async (store) => {
      const [mine, other] = [await settled(store, {}), await settled(store, {})];
      const [delivery] = (await commitRevisions(store, 1, mine.webhooks)).deliveries as [Delivery];
      const page = { after: null, limit: 10 };
      assert.deepEqual((await store.deliveries(other.account.id, everything, page)).items, []);
      assert.equal(await store.delivery(other.account.id, delivery.id), null);
      await settle(store, delivery, 'accepted');
      assert.equal(await store.delivery(other.account.id, delivery.id), null);
      assert.deepEqual(await store.attempts(other.account.id, delivery.id), []);
    }),
  );

  it(
    'neither repeats nor skips while rows move from the queue to history between two pages',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { ordered: false });
      const { deliveries } = await commitRevisions(store, 12, webhooks);
      const seen: string[] = [];
      let after: string | null = null;
      let moved = 0;
      do {
        const page = await store.deliveries(account.id, everything, { after, limit: 3 });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
        // One that was read, one that is yet to be read.
        for (const index of [11 - moved, moved])
          await settle(store, deliveries[index] as Delivery, 'accepted');
        moved++;
      } while (after !== null);
      assert.deepEqual(seen, deliveries.map(({ id }) => id).toReversed());
    }),
  );

  it(
    'says where the next page begins only when there is one',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 4, webhooks);
      const list = (limit: number, state: PublicDeliveryState | null = null) =>
        store.deliveries(account.id, { ...everything, state }, { after: null, limit });
      assert.equal((await list(4)).next, null);
      assert.equal((await list(3)).next, deliveries[1]?.id);
      assert.deepEqual(await list(3, 'accepted'), { items: [], next: null });
    }),
  );
}
