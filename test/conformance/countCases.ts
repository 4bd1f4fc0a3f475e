/** Conformance: how many trackings there are, kept as they are written. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Account } from '../../src/domain/account.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import type { Store } from '../../src/store/store.ts';
import { aState } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, settled } from './world.ts';

export function countCases(withStore: WithStore): void {
  it(
    'tells how many trackings of each status there are, archived or not, and none of another account or deleted',
    withStore(async (store) => {
      const { account } = await settled(store);
      const { account: other } = await settled(store);
      assert.deepEqual(await store.trackingCounts(account.id), []);
      const parcels = [
        aParcel(account.id),
        aParcel(account.id, { archived: true }),
        aParcel(account.id, { state: aState('transit001') }),
        aParcel(account.id, { state: aState('transit002') }),
        aParcel(account.id, { deletedAt: 5 }),
        aParcel(other.id),
      ];
      await commit(store, ...parcels.map((tracking) => changeOf(tracking)));
      assert.deepEqual(await store.trackingCounts(account.id), [
        { status: 'pending', archived: false, count: 1 },
        { status: 'pending', archived: true, count: 1 },
        { status: 'transit', archived: false, count: 2 },
      ]);
    }),
  );

  it(
    'keeps counting whatever becomes of trackings',
    withStore(async (store) => {
      const change = fc.record({
        status: fc.constantFrom('pending001', 'transit001', 'delivered001'),
        archived: fc.boolean(),
        deletedAt: fc.constantFrom(null, null, 7),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
          async (lives) => {
            const { account } = await settled(store);
            const ends = await Promise.all(lives.map((life) => live(store, account, life)));
            const expected = new Map<string, number>();
            for (const { state, archived, deletedAt } of ends) {
              const key = `${state.status} ${archived}`;
              if (deletedAt === null) expected.set(key, (expected.get(key) ?? 0) + 1);
            }
            const counts = await store.trackingCounts(account.id);
            assert.deepEqual(
              new Map(counts.map(({ status, archived, count }) => [`${status} ${archived}`, count])),
              new Map([...expected].sort()),
            );
          },
        ),
        { numRuns: 40 },
      );
    }),
  );
}

/** Writes a tracking once for each change. */
async function live(
  store: Store,
  account: Account,
  life: readonly { status: string; archived: boolean; deletedAt: number | null }[],
): Promise<Tracking> {
  let tracking: Tracking | null = null;
  for (const { status, archived, deletedAt } of life) {
    const state = aState(status as Parameters<typeof aState>[0]);
    const next: Tracking =
      tracking === null
        ? aParcel(account.id, { state, archived, deletedAt })
        : { ...tracking, state, archived, deletedAt, revision: tracking.revision + 1 };
    await commit(store, changeOf(next));
    tracking = next;
  }
  return tracking as Tracking;
}
