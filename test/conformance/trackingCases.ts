/** Conformance: reading trackings. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { noFields } from '../../src/domain/tracking.ts';
import { anyTracking, type TrackingFilter } from '../../src/store/store.ts';
import { aCheckpoint, aState } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, heardAll, ids, lastMade, settled, wholeList } from './world.ts';

const any = anyTracking;

export function trackingCases(withStore: WithStore): void {
  it(
    'loads every courier, generation and tombstone of a number, oldest first',
    withStore(async (store) => {
      const { account } = await settled(store);
      const number = 'LX203960974CN';
      const parcels = [
        aParcel(account.id, { number }),
        aParcel(account.id, { number, courierCode: 'china-ems' }),
        aParcel(account.id, { number, courierCode: 'china-ems', generation: 2 }),
        aParcel(account.id, { number, courierCode: 'usps', deletedAt: 5 }),
      ];
      // Not in the order of their ids, which is the one that counts.
      await commit(store, ...parcels.toReversed().map((tracking) => changeOf(tracking)));
      assert.deepEqual(await store.load([{ accountId: account.id, number }]), [parcels]);
    }),
  );

  it(
    'answers each key in the order asked, an unknown number with an empty array',
    withStore(async (store) => {
      const { account } = await settled(store);
      const one = aParcel(account.id);
      const two = aParcel(account.id);
      await commit(store, changeOf(one), changeOf(two));
      const key = (number: string) => ({ accountId: account.id, number });
      const asked = [key(two.number), key('NEVER-SEEN'), key(one.number), key(two.number)];
      assert.deepEqual(await store.load(asked), [[two], [], [one], [two]]);
      assert.deepEqual(await store.load([]), []);
    }),
  );

  it(
    'keeps the same number in two accounts apart',
    withStore(async (store) => {
      const [mine, other] = [await settled(store), await settled(store)];
      const number = 'SAME1';
      const parcels = [aParcel(mine.account.id, { number }), aParcel(other.account.id, { number })] as const;
      await commit(store, changeOf(parcels[0]), changeOf(parcels[1]));
      const loaded = await store.load(parcels.map(({ accountId }) => ({ accountId, number })));
      assert.deepEqual(loaded, [[parcels[0]], [parcels[1]]]);
      assert.equal(await store.tracking(other.account.id, parcels[0].id), null);
      const list = await store.trackings(mine.account.id, any, { after: null, limit: 10 });
      assert.deepEqual(list.items, [parcels[0]]);
    }),
  );

  it(
    'gives a tracking back whole, also after a restart',
    withStore(async (store, opened) => {
      const { account } = await settled(store);
      const checkpoint = aCheckpoint({
        ...aState('delivered003'),
        side: 'destination',
        sourceId: 'scan-1',
        version: 3,
        wall: '2024-03-10 10:00:59',
        offsetMinutes: -210,
        location: '',
        code: '0',
        stated: false,
        source: 'push',
        position: 299,
        ahead: true,
        addedIn: 2,
        replacedIn: 7,
      });
      const tracking = aParcel(account.id, {
        rawNumber: 'lx 203-960 974 cn',
        courierCode: 'china-ems',
        destinationCourierCode: 'sweden-posten',
        generation: 3,
        fields: {
          ...noFields,
          title: 'Café',
          orderNumber: 'A-1001',
          note: '',
          orderId: '',
          customerName: null,
          customerEmail: 'a@example.org',
          originCountry: 'CN',
          destinationCountry: 'SE',
        },
        state: aState('exception011'),
        reported: aState('delivered003'),
        manual: aState('exception011'),
        expiredAt: 1,
        finalAt: 2,
        newsAt: 3,
        stopped: true,
        archived: true,
        pollAt: Number.MAX_SAFE_INTEGER,
        checkpoints: [checkpoint, aCheckpoint()],
      });
      await commit(store, changeOf(tracking));
      assert.deepEqual(await store.tracking(account.id, tracking.id), tracking);
      assert.deepEqual(await (await opened.reopen()).tracking(account.id, tracking.id), tracking);
    }),
  );

  it(
    'shows a tombstone only to who asks for it',
    withStore(async (store) => {
      const { account } = await settled(store);
      const living = aParcel(account.id);
      const gone = { ...living, revision: 2, writes: 2, deletedAt: lastMade() };
      await commit(store, changeOf(living));
      await commit(store, changeOf(gone));
      assert.equal(await store.tracking(account.id, living.id), null);
      assert.deepEqual(await store.tracking(account.id, living.id, { withDeleted: true }), gone);
      assert.deepEqual((await store.trackings(account.id, any, { after: null, limit: 10 })).items, []);
    }),
  );

  it(
    'lists newest first, in pages that neither repeat nor skip',
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcels = Array.from({ length: 7 }, () => aParcel(account.id));
      await commit(store, ...parcels.map((tracking) => changeOf(tracking)));
      for (const limit of [1, 2, 3, 7, 100]) {
        const listed = await wholeList((page) => store.trackings(account.id, any, page), limit);
        assert.deepEqual(listed, parcels.toReversed(), `pages of ${limit}`);
      }
    }),
  );

  it(
    'lists what every filter and all of them together allow',
    withStore(async (store) => {
      const { account } = await settled(store);
      const transit = aState('transit001');
      const parcels = [
        aParcel(account.id, { courierCode: 'usps', state: transit }),
        aParcel(account.id, {
          ...{ courierCode: 'usps', state: transit, archived: true },
          fields: { ...noFields, orderId: '#1', title: '#2' },
        }),
        aParcel(account.id, {
          ...{ courierCode: null, state: transit },
          fields: { ...noFields, orderId: "it's", orderNumber: '#9' },
        }),
        aParcel(account.id, { courierCode: 'usps' }),
      ];
      await commit(store, ...parcels.map((tracking) => changeOf(tracking)));
      const created = parcels.map((tracking) => tracking.createdAt) as [number, number, number, number];
      const number = (parcels[2] as (typeof parcels)[0]).number;
      const cases: [Partial<TrackingFilter>, number[]][] = [
        [{}, [3, 2, 1, 0]],
        [{ statuses: ['transit'] }, [2, 1, 0]],
        [{ courierCode: 'usps' }, [3, 1, 0]],
        [{ numbers: [number] }, [2]],
        [{ numbers: [number, 'NONE', (parcels[0] as (typeof parcels)[0]).number] }, [2, 0]],
        [{ numbers: [] }, []],
        [{ statuses: ['transit', 'pending'] }, [3, 2, 1, 0]],
        [{ statuses: ['delivered', 'pending'] }, [3]],
        [{ archived: true }, [1]],
        [{ archived: false }, [3, 2, 0]],
        [{ createdFrom: created[1] }, [3, 2, 1]],
        [{ createdFrom: created[1] + 1 }, [3, 2]],
        [{ createdTo: created[1] }, [1, 0]],
        [{ createdTo: created[1] - 1 }, [0]],
        [{ createdFrom: created[1], createdTo: created[2], statuses: ['transit'] }, [2, 1]],
        [{ statuses: ['transit'], courierCode: 'usps', archived: false, createdFrom: created[0] }, [0]],
        [{ statuses: ['delivered'] }, []],
        [{ orderIds: ['#1', "it's"] }, [2, 1]],
        [{ orderIds: ['#1'], numbers: [number] }, []],
        [{ orderIds: ['#2', ''] }, []],
        [{ orderNumbers: ['#9', '#1'] }, [2]],
        [{ orderNumbers: ['#9'], orderIds: ['#1'] }, []],
      ];
      for (const [filter, expected] of cases) {
        const page = await store.trackings(account.id, { ...any, ...filter }, { after: null, limit: 10 });
        assert.deepEqual(
          page.items.map((tracking) => parcels.findIndex((parcel) => parcel.id === tracking.id)),
          expected,
          JSON.stringify(filter),
        );
      }
    }),
  );

  it(
    'passes over rows of a list as if they had been read',
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcels = Array.from({ length: 5 }, (_, index) =>
        aParcel(account.id, { courierCode: index === 2 ? 'usps' : 'dhl' }),
      );
      await commit(store, ...parcels.map((tracking) => changeOf(tracking)));
      const skip = (filter: Partial<TrackingFilter>, after: string | null, limit: number) =>
        store.skipTrackings(account.id, { ...any, ...filter }, { after, limit });
      const idAt = (index: number) => (parcels[index] as (typeof parcels)[0]).id;
      assert.deepEqual(await skip({}, null, 2), { count: 2, next: idAt(3) });
      assert.deepEqual(await skip({}, idAt(3), 2), { count: 2, next: idAt(1) });
      assert.deepEqual(await skip({}, idAt(1), 2), { count: 1, next: null });
      assert.deepEqual(await skip({}, null, 5), { count: 5, next: null });
      assert.deepEqual(await skip({ courierCode: 'dhl' }, null, 3), { count: 3, next: idAt(1) });
      assert.deepEqual(await skip({ statuses: ['delivered'] }, null, 3), { count: 0, next: null });
    }),
  );

  it(
    'finds by the time of creation, though the id was made a little later or ahead of a clock set back',
    withStore(async (store) => {
      const { account } = await settled(store);
      const tracking = aParcel(account.id);
      const createdAt = tracking.createdAt - dayMs / 2;
      await commit(store, changeOf({ ...tracking, createdAt }));
      const page = { after: null, limit: 10 };
      const found = await store.trackings(
        account.id,
        { ...any, createdFrom: createdAt, createdTo: createdAt },
        page,
      );
      assert.equal(found.items.length, 1);
      assert.deepEqual(
        (await store.trackings(account.id, { ...any, createdFrom: createdAt + 1 }, page)).items,
        [],
      );
    }),
  );

  it(
    'knows whose courier is to be asked, soonest first, and when the next one is',
    withStore(async (store) => {
      const { account } = await settled(store);
      assert.equal(await store.nextPollAt(null), null);
      const at = (pollAt: number | null) => aParcel(account.id, { pollAt });
      const [late, never, soon, next] = [at(3000), at(null), at(1000), at(2000)] as const;
      await commit(store, ...[late, never, soon, next].map((tracking) => changeOf(tracking)));
      assert.equal(await store.nextPollAt(null), 1000);
      assert.deepEqual(await store.duePolls(999, 10, null), []);
      assert.deepEqual(await store.duePolls(2000, 10, null), [soon, next]);
      assert.deepEqual(await store.duePolls(9000, 2, null), [soon, next]);
      await commit(store, changeOf({ ...soon, revision: 2, pollAt: null }));
      assert.equal(await store.nextPollAt(null), 2000);
    }),
  );

  it(
    'finds what may expire, and leaves out what is final, expired, stopped, deleted or set by hand',
    withStore(async (store) => {
      const { account } = await settled(store);
      const newsAt = 100 * dayMs;
      const quiet = (said = {}) => aParcel(account.id, { newsAt, ...said });
      const [older, old] = [quiet({ newsAt: newsAt - 5 * dayMs }), quiet()];
      const others = [
        quiet({ state: aState('delivered001') }),
        quiet({ state: aState('exception010') }),
        quiet({ expiredAt: 1 }),
        quiet({ stopped: true }),
        quiet({ deletedAt: 1 }),
        quiet({ manual: aState('transit001') }),
        quiet({ newsAt: newsAt + 2 * dayMs }),
      ];
      await commit(store, ...[old, older, ...others].map((tracking) => changeOf(tracking)));
      const due = (before: number, limit = 10) => store.dueExpiries(before, { after: null, limit });
      assert.deepEqual((await due(newsAt)).items, [older, old]);
      assert.deepEqual((await due(newsAt, 1)).items, [older]);
      assert.deepEqual((await due(newsAt - dayMs)).items, [older]);
      await commit(store, changeOf({ ...older, revision: 2, expiredAt: newsAt }));
      assert.deepEqual((await due(newsAt)).items, [old]);
    }),
  );

  it(
    'finds what may expire in pages that neither repeat nor skip, while what was found expires',
    withStore(async (store) => {
      const { account } = await settled(store);
      const quiet = Array.from({ length: 7 }, (_, index) =>
        aParcel(account.id, { newsAt: (100 - (index % 2)) * dayMs }),
      );
      await commit(store, ...quiet.map((tracking) => changeOf(tracking)));
      const idsOf = (trackings: readonly { id: string }[]) => trackings.map(({ id }) => id).sort();
      for (const limit of [1, 2, 7]) {
        const found = await wholeList((page) => store.dueExpiries(100 * dayMs, page), limit);
        assert.deepEqual(idsOf(found), idsOf(quiet), `pages of ${limit}`);
        const days = found.map(({ newsAt }) => newsAt);
        assert.deepEqual(days, days.toSorted(), 'the oldest news first');
      }
      const found = await wholeList(async (page) => {
        const { items, next } = await store.dueExpiries(100 * dayMs, page);
        await commit(store, ...items.map((one) => changeOf({ ...one, revision: 2, expiredAt: 1 })));
        return { items, next };
      }, 2);
      assert.deepEqual(idsOf(found), idsOf(quiet));
      assert.deepEqual((await store.dueExpiries(100 * dayMs, { after: null, limit: 10 })).items, []);
    }),
  );

  it(
    'refuses a second tracking of the same identity, a known courier or none',
    withStore(async (store) => {
      const { account } = await settled(store);
      for (const courierCode of ['china-ems', null]) {
        const first = aParcel(account.id, { courierCode });
        const { number } = first;
        const trackings = [{}, {}, { generation: 2 }].map((said, index) =>
          changeOf(index === 0 ? first : aParcel(account.id, { courierCode, number, ...said })),
        );
        const results = await store.commit({ trackings, answers: [], heard: heardAll });
        assert.deepEqual(
          results.map(({ kind }) => kind),
          ['committed', 'failed', 'committed'],
        );
      }
    }),
  );

  it(
    'holds a thousand trackings of one commit',
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcels = Array.from({ length: 1000 }, () => aParcel(account.id));
      await commit(store, ...parcels.map((tracking) => changeOf(tracking)));
      const loaded = await store.load(parcels.map(({ accountId, number }) => ({ accountId, number })));
      assert.deepEqual(loaded.flat(), parcels);
      assert.equal(await store.tracking(account.id, ids.next('trk')), null);
    }),
  );
}
