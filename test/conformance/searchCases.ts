/** Conformance: trackings are found by what people know of them, and by the attention they need. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { dayMs } from '../../src/base/durations.ts';
import type { Account } from '../../src/domain/account.ts';
import { ATTENTIONS, attentionOf } from '../../src/domain/attention.ts';
import { readSearch, type Search, searchTextsOf } from '../../src/domain/search.ts';
import { STATUSES, SUBSTATUSES, type Substatus, statusOf } from '../../src/domain/status.ts';
import { noFields, type Tracking, type TrackingFields } from '../../src/domain/tracking.ts';
import { anyTracking, type Store, type TrackingFilter } from '../../src/store/store.ts';
import { foundMax } from '../../src/store/terms.ts';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, lastMade, settled, wholeList } from './world.ts';

export function searchCases(withStore: WithStore): void {
  it(
    'finds by the beginning of a number, of an order, of an email, of a name and of its later words, however they are written',
    withStore(async (store) => {
      const { account } = await settled(store);
      const ada = parcel(account, 'LX203960974CN', {
        orderId: '#1001-A',
        orderNumber: 'Ord 77',
        customerName: 'Ada  Maria Lövelace',
        customerEmail: 'Ada@Shop.example',
      });
      const bo = parcel(account, 'LX999', { orderNumber: 'ord 78', customerName: 'ＢＯ "The" 李' });
      const none = parcel(account, '1Z999', {});
      const parcels = [ada, bo, none];
      await commit(store, ...parcels.map((one) => changeOf(one)));
      const cases: [string, Tracking[]][] = [
        ['lx 2039', [ada]],
        ['LX', [bo, ada]],
        ['#1001', [ada]],
        ['ORD 7', [bo, ada]],
        ['ord\u00a077', [ada]],
        ['ada maria', [ada]],
        ['LÖVEL', [ada]],
        ['lo\u0308v', [ada]],
        ['ada@shop.example', [ada]],
        ['shop', []],
        ['bo', [bo]],
        ['"the"', [bo]],
        ['李', [bo]],
        ['1', [none]],
        ['999', []],
        ['attention', []],
        ['--', []],
        ["'; drop", []],
        ['%', []],
        ['ada maria lövelace and more', []],
      ];
      for (const [said, expected] of cases) {
        for (const limit of [1, 10])
          assert.deepEqual(
            await numbersOf(store, account, { search: searchOf(said) }, limit),
            numbers(expected),
            said,
          );
      }
    }),
  );

  it(
    'finds by what a tracking says now, not by what it said, none that is deleted, and nothing of another account',
    withStore(async (store) => {
      const [mine, other] = [await settled(store), await settled(store)];
      const search = (text: string, account = mine.account) =>
        numbersOf(store, account, { search: searchOf(text) });
      const first = parcel(mine.account, 'N1', { customerName: 'Ada Lovelace', orderId: 'o-1' });
      await commit(store, changeOf(first));
      assert.deepEqual(await search('love'), ['N1']);
      assert.deepEqual(await search('love', other.account), []);
      const renamed = { ...first, revision: 2, fields: { ...first.fields, customerName: 'Ada Byron' } };
      await commit(store, changeOf(renamed));
      assert.deepEqual(
        [await search('love'), await search('byr'), await search('o-1')],
        [[], ['N1'], ['N1']],
      );
      await commit(store, changeOf({ ...renamed, revision: 3, fields: noFields }));
      assert.deepEqual([await search('byr'), await search('o-1'), await search('n1')], [[], [], ['N1']]);
      await commit(store, changeOf({ ...renamed, revision: 4 }));
      assert.deepEqual(await search('byr'), ['N1']);
      await commit(store, changeOf({ ...renamed, revision: 5, deletedAt: 1 }));
      assert.deepEqual([await search('byr'), await search('n1')], [[], []]);
    }),
  );

  it(
    'knows what needs attention by when it was written, and later by when that was looked at anew',
    withStore(async (store) => {
      const { account } = await settled(store);
      const at = lastMade();
      const moving = parcel(account, 'N1', {}, { ...of('transit001'), newsAt: at });
      const written = parcel(account, 'N2', {}, { ...of('pickup001'), newsAt: at });
      const needing = () => numbersOf(store, account, { attention: ['stalled'] });
      await commit(store, changeOf(moving), changeOf(written));
      const read = await wholeList((page) => store.everyTracking(page), 1);
      const own = read.filter(({ accountId }) => accountId === account.id);
      assert.deepEqual(numbers(own), ['N1', 'N2']);
      assert.deepEqual(await needing(), []);
      await commit(store, changeOf({ ...written, revision: 2, ...of('delivered001') }));
      const later = at + 9 * dayMs;
      const page = { after: null, limit: 10 };
      const due = await store.dueExpiries(later, page, at);
      assert.deepEqual(
        due.items.map(({ number }) => number),
        ['N1'],
      );
      assert.deepEqual((await store.dueExpiries(later, page, at + dayMs)).items, []);
      // Of what was written since it was read, the writer has said all.
      assert.equal(await store.setTerms(own, later), 1);
      assert.equal(await store.setTerms(own, later), 0);
      assert.deepEqual(await needing(), ['N1']);
      assert.deepEqual(await store.attentionCounts(account.id, 5), { ...noAttention, stalled: 1 });
      // News end it.
      await commit(store, changeOf({ ...moving, revision: 2, newsAt: later, updatedAt: later }));
      assert.deepEqual(await needing(), []);
      assert.deepEqual(await store.attentionCounts(account.id, 5), noAttention);
    }),
  );

  it(
    'lists for any filter what the rules say of each tracking, newest first, in pages of any size',
    withStore(async (store) => {
      const { account } = await settled(store);
      const now = lastMade();
      const parcels = fc.sample(anyParcel, { numRuns: 200, seed: 5 }).map((said, index) =>
        parcel(account, `${said.letter}${index}`, said.fields, {
          ...{ ...said.settings, ...of(said.substatus) },
          ...{ manual: said.byHand ? of(said.substatus).state : null },
          ...{ newsAt: now - said.silentDays * dayMs, updatedAt: now },
        }),
      );
      await commit(store, ...parcels.map((one) => changeOf(one)));
      const living = parcels.filter(({ deletedAt }) => deletedAt === null).toReversed();
      await fc.assert(
        fc.asyncProperty(anyFilter, fc.integer({ min: 1, max: 60 }), async (filter, limit) => {
          const expected = living.filter((one) => fits(one, filter, now));
          assert.deepEqual(await numbersOf(store, account, filter, limit), numbers(expected));
          const page = { after: null, limit: 1000 };
          const skipped = await store.skipTrackings(account.id, { ...anyTracking, ...filter }, page);
          assert.equal(skipped.count, expected.length);
        }),
        { numRuns: 60, seed: 5 },
      );
      const counts = await store.attentionCounts(account.id, 1000);
      for (const kind of ATTENTIONS) {
        const count = living.filter((one) => attentionOf(one, now) === kind).length;
        assert.ok(count > 1, kind);
        assert.equal(counts[kind], count, kind);
      }
      assert.ok(Object.values(await store.attentionCounts(account.id, 1)).every((count) => count === 1));
    }),
  );

  it(
    'walks the list where more fit a search than are looked up one by one',
    withStore(async (store) => {
      const { account } = await settled(store);
      const many = Array.from({ length: foundMax + 20 }, (_, index) =>
        parcel(account, `N${index}`, index % 2 === 0 ? { customerEmail: `m${index}@shop.example` } : {}, {
          ...of(index % 500 === 0 ? 'exception007' : 'transit001'),
        }),
      );
      const rare = parcel(account, 'R1', { customerName: 'n n' });
      for (let at = 0; at < many.length; at += 1000)
        await commit(store, ...many.slice(at, at + 1000).map((one) => changeOf(one)));
      await commit(store, changeOf(rare));
      const search = searchOf('n') as Search;
      const first = await store.trackings(account.id, { ...anyTracking, search }, { after: null, limit: 3 });
      assert.deepEqual(numbers(first.items), numbers([rare, ...many.slice(-2).reverse()]));
      const exceptions = numbers(many.filter(({ state }) => state.status === 'exception').toReversed());
      assert.deepEqual(await numbersOf(store, account, { search, statuses: ['exception'] }, 4), exceptions);
      assert.deepEqual(await numbersOf(store, account, { search, attention: ['exception'] }, 4), exceptions);
      const whole = await numbersOf(store, account, { search }, 500);
      assert.deepEqual(whole, numbers([...many, rare].toReversed()));
      const page = { after: null, limit: 100_000 };
      const skipped = await store.skipTrackings(account.id, { ...anyTracking, search }, page);
      assert.equal(skipped.count, many.length + 1);
    }),
  );
}

const noAttention = { exception: 0, failed_attempt: 0, returned: 0, stalled: 0, expired: 0 };

function parcel(
  account: Account,
  number: string,
  fields: Partial<TrackingFields>,
  said: Partial<Tracking> = {},
): Tracking {
  return aParcel(account.id, { number, fields: { ...noFields, ...fields }, ...said });
}

function of(substatus: Substatus) {
  return { state: { status: statusOf(substatus), substatus } };
}

function searchOf(text: string): Search | null {
  return readSearch(text) ?? null;
}

function numbers(parcels: readonly Pick<Tracking, 'number'>[]): string[] {
  return parcels.map(({ number }) => number);
}

async function numbersOf(
  store: Store,
  { id }: Account,
  filter: Partial<TrackingFilter>,
  limit = 10,
): Promise<string[]> {
  return numbers(await wholeList((page) => store.trackings(id, { ...anyTracking, ...filter }, page), limit));
}

const word = fc.constantFrom('ada', 'Ad', 'adb', 'Bo', 'a', 'ÄD', 'a,', '"', '\\', ']', '李');
const text = fc.option(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')));
const anyParcel = fc.record({
  letter: fc.constantFrom('A', 'AD', 'B', '7'),
  fields: fc.record({ orderId: text, orderNumber: text, customerName: text, customerEmail: text }),
  substatus: fc.constantFrom('expired001', ...(Object.keys(SUBSTATUSES) as Substatus[])),
  byHand: weighted(1, 8),
  silentDays: fc.integer({ min: 0, max: 20 }),
  settings: fc.record({
    archived: weighted(1, 5),
    stopped: weighted(1, 8),
    deletedAt: weighted(1, 8).map((isDeleted) => (isDeleted ? 1 : null)),
    courierCode: fc.constantFrom(null, 'usps'),
  }),
});

const anyFilter: fc.Arbitrary<Partial<TrackingFilter>> = fc.record(
  {
    search: fc
      .constantFrom('a', 'ad', 'ada', 'b', '7', 'äd', 'a,', '"', '\\', ']', ',', '李', 'zz')
      .map(searchOf),
    attention: fc.subarray([...ATTENTIONS], { minLength: 1 }),
    statuses: fc.subarray([...STATUSES], { minLength: 1 }),
    courierCode: fc.constant('usps'),
    archived: fc.boolean(),
  },
  { requiredKeys: [] },
);

function weighted(yes: number, of: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: of }).map((drawn) => drawn <= yes);
}

/** The same in words of the domain. */
function fits(one: Tracking, filter: Partial<TrackingFilter>, now: number): boolean {
  const { search = null, attention = null, statuses = null, courierCode = null, archived = null } = filter;
  const needed = attentionOf(one, now);
  const begins =
    search === null ||
    searchTextsOf(one.fields).some((text) => text.startsWith(search.text)) ||
    (search.number !== null && one.number.startsWith(search.number));
  return (
    begins &&
    (attention === null || (needed !== null && attention.includes(needed))) &&
    (statuses?.includes(one.state.status) ?? true) &&
    (courierCode === null || one.courierCode === courierCode) &&
    (archived === null || one.archived === archived)
  );
}
