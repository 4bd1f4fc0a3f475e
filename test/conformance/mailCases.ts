/** Conformance: letters, which are owed and settled as webhooks are, and who wants none. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { WithStore } from './store.ts';
import {
  commitRevisions,
  dataOf,
  lastMade,
  settle,
  settled,
  statesOf,
  type Three,
  wholeQueue,
} from './world.ts';

export function mailCases(withStore: WithStore): void {
  it(
    'a letter is owed with the data of the standard version, and one that nobody wants any more holds up no other',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, { version: 'standard', mail: { to: 'recipient' } });
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const [first, second, third] = deliveries as Three;
      assert.equal(first.version, 'mail');
      assert.equal(await store.body(account.id, first.eventId, 'mail'), dataOf(first.eventId, 'standard'));
      const again = await opened.reopen();
      assert.deepEqual(await again.webhooks(account.id), webhooks);
      const [owed] = await wholeQueue(again, first.webhookId);
      assert.deepEqual([owed?.delivery, owed?.data], [first, dataOf(first.eventId, 'standard')]);

      const { applied, released } = await settle(again, first, 'cancelled');
      assert.deepEqual([applied, released?.delivery], [true, { ...second, state: 'ready' }]);
      assert.deepEqual(await statesOf(again, [first, second, third]), ['cancelled', 'ready', 'blocked']);
      assert.equal((await again.delivery(account.id, first.id))?.settledAt, lastMade());
    }),
  );

  it(
    'keeps who wants no letters, by account, however often it is said',
    withStore(async (store, opened) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      const refusal = { accountId: mine.id, addressHash: 'ab', createdAt: 5 };
      assert.equal(await store.isMailRefused(refusal), false);
      await store.refuseMail(refusal);
      await store.refuseMail({ ...refusal, createdAt: 6 });
      const again = await opened.reopen();
      assert.equal(await again.isMailRefused(refusal), true);
      assert.equal(await again.isMailRefused({ ...refusal, addressHash: 'AB' }), false);
      assert.equal(await again.isMailRefused({ ...refusal, accountId: other.id }), false);
    }),
  );
}
