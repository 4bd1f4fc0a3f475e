/** Conformance: saved views. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Account } from '../../src/domain/account.ts';
import type { SavedView } from '../../src/domain/view.ts';
import type { WithStore } from './store.ts';
import { ids, lastMade, settled } from './world.ts';

export function viewCases(withStore: WithStore): void {
  it(
    'keeps them by account, each name once, and no more than it may',
    withStore(async (store, opened) => {
      const [mine, other] = [await settled(store), await settled(store)];
      const late = aView(mine.account, { name: 'Late ones' });
      const lost = aView(mine.account, { name: 'Verlorene – 丢失' });
      for (const view of [late, lost, aView(other.account, { name: 'Late ones' })])
        assert.equal(await store.insertView(view, 2), 'written');
      assert.equal(await store.insertView(aView(mine.account, { name: 'Third' }), 2), 'too_many');
      assert.equal(await store.insertView(aView(mine.account, { name: 'Late ones' }), 9), 'name_taken');
      const reopened = await opened.reopen();
      assert.deepEqual(await reopened.views(mine.account.id), [late, lost]);

      assert.equal(await reopened.updateView({ ...lost, name: 'Late ones' }), 'name_taken');
      const changed = { ...lost, name: 'Lost', query: { search: 'ada' } };
      assert.equal(await reopened.updateView(changed), 'written');
      assert.equal(await reopened.updateView({ ...changed, query: {} }), 'written');
      assert.deepEqual(await reopened.view(mine.account.id, lost.id), { ...changed, query: {} });

      assert.equal(await reopened.view(other.account.id, late.id), null);
      assert.equal(await reopened.deleteView(other.account.id, late.id), false);
      assert.equal(await reopened.updateView({ ...late, accountId: other.account.id, name: 'x' }), 'gone');
      assert.equal(await reopened.deleteView(mine.account.id, late.id), true);
      assert.equal(await reopened.deleteView(mine.account.id, late.id), false);
      assert.equal((await reopened.views(mine.account.id)).length, 1);
    }),
  );
}

function aView({ id: accountId }: Account, said: Partial<SavedView>): SavedView {
  const query = { status: 'transit,pickup', attention: 'any' };
  return { id: ids.next('view'), accountId, name: 'One', query, createdAt: lastMade(), ...said };
}
