/** Conformance: what finding and erasing a person reads and writes, and erasing itself, where others write meanwhile. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Person, personOf } from '../../src/domain/person.ts';
import { noFields, type Tracking, type TrackingFields } from '../../src/domain/tracking.ts';
import { type ErasingOptions, makeErasing } from '../../src/people/erasing.ts';
import type { Store } from '../../src/store/store.ts';
import { aResponse } from '../support/build.ts';
import type { WithStore } from './store.ts';
import {
  anAttempt,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  dataOf,
  ids,
  idsOf,
  settle,
  settleAll,
  settled,
  settlementOf,
  wholeQueue,
} from './world.ts';

const anna = personOf('email', 'anna@example.com') as Person;
const hers: TrackingFields = {
  ...noFields,
  customerEmail: 'anna@example.com',
  note: 'Für Anna 📦',
  orderId: '17',
};
const bare: TrackingFields = { ...noFields, orderId: '17' };
const meant = { orders: false, checkpoints: false };
const everyRow = { after: null, limit: 100 };

/** A parcel of hers with so many revisions, each of whose events names her. */
async function parcelOfHers(
  store: Store,
  webhooks: Awaited<ReturnType<typeof settled>>['webhooks'],
  revisions: number,
) {
  let tracking = aParcel((webhooks[0] as (typeof webhooks)[0]).accountId, { fields: hers });
  for (let revision = 1; revision <= revisions; revision++)
    tracking = await nextOf(store, tracking, webhooks, revision);
  return tracking;
}

/** The parcel's next revision, whose event names whom it names. */
async function nextOf(
  store: Store,
  before: Tracking,
  webhooks: Awaited<ReturnType<typeof settled>>['webhooks'],
  revision = before.revision + 1,
): Promise<Tracking> {
  const change = changeOf({ ...before, revision }, webhooks);
  const events = change.events.map((event) => ({ ...event, fields: before.fields }));
  const tracking = { ...change.tracking, lastEventId: events[0]?.id ?? null };
  await commit(store, { ...change, events, tracking });
  return tracking;
}

function erasing(store: ErasingOptions['store'], account: Awaited<ReturnType<typeof settled>>['account']) {
  const rested: string[] = [];
  const render: ErasingOptions['render'] = (version, { event, tracking }) =>
    JSON.stringify({ version, fields: event.fields, now: tracking.fields });
  const rest = async ({ id }: { id: string }) => void rested.push(id);
  const made = makeErasing({ store, render, rest, forget() {} }, { account, person: anna, meant });
  return { ...made, rested };
}

/** Nothing of her is in the parcel any more, nor in what is owed of it. */
async function assertBare(store: Store, tracking: Tracking, revisions: number): Promise<void> {
  const now = await store.tracking(tracking.accountId, tracking.id);
  assert.deepEqual([now?.fields, now?.revision], [bare, revisions]);
  const events = await store.fieldsOfEvents(tracking.accountId, everyRow);
  assert.deepEqual(
    events.events.map(({ fields }) => ({ ...noFields, ...fields })),
    Array(revisions).fill(bare),
  );
  for (const { event } of await Promise.all(
    events.events.map(async ({ id }) => (await store.storedEvent(tracking.accountId, id)) ?? assert.fail()),
  )) {
    const body = await store.body(tracking.accountId, event.id, 'v4');
    assert.equal(body, JSON.stringify({ version: 'v4', fields: bare, now: bare }));
  }
}

export function peopleCases(withStore: WithStore): void {
  it(
    'gives the fields of trackings, deleted ones too, and of their events, by their account alone',
    withStore(async (store) => {
      const [one, two] = [await settled(store, { version: 'v4' }), await settled(store, { version: 'v4' })];
      const first = await parcelOfHers(store, one.webhooks, 2);
      const { tracking: second } = await commitRevisions(store, 1, one.webhooks, {
        fields: bare,
        deletedAt: 5,
      });
      await parcelOfHers(store, two.webhooks, 1);
      const { id: accountId } = one.account;
      const trackings = await store.fieldsOfTrackings(accountId, everyRow);
      assert.deepEqual(
        trackings.map(({ id, fields }) => [id, { ...noFields, ...fields }]),
        [
          [first.id, hers],
          [second.id, bare],
        ],
      );
      assert.deepEqual(idsOf(await store.fieldsOfTrackings(accountId, { after: first.id, limit: 9 })), [
        second.id,
      ]);
      assert.equal((await store.fieldsOfTrackings(accountId, { after: null, limit: 1 })).length, 1);
      const some = await store.fieldsOfEvents(accountId, { after: null, limit: 2 });
      assert.deepEqual(
        some.events.map(({ fields }) => fields.customerEmail),
        Array(2).fill('anna@example.com'),
      );
      const rest = await store.fieldsOfEvents(accountId, { after: some.next, limit: 2 });
      assert.deepEqual([rest.events.length, rest.next], [1, null]);
    }),
  );

  it(
    'rewrites an event only as it was read, and what is owed of it is then given out anew',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v4' });
      const [webhook] = webhooks as [(typeof webhooks)[0]];
      const tracking = await parcelOfHers(store, webhooks, 1);
      const eventId = tracking.lastEventId as string;
      const read = (await store.storedEvent(account.id, eventId)) ?? assert.fail();
      assert.deepEqual(read.bodies, [{ version: 'v4', data: dataOf(eventId, 'v4') }]);
      const after = {
        event: { ...read.event, fields: bare },
        bodies: [{ version: 'v4', data: 'é' } as const],
      };
      assert.equal(await store.rewriteEvent(read, after), true);
      assert.equal(await store.rewriteEvent(read, after), false, 'it is not what was read');
      assert.deepEqual((await store.storedEvent(account.id, eventId))?.event, after.event);
      const [owed] = await wholeQueue(store, webhook.id);
      assert.deepEqual([owed?.data, owed?.event], ['é', after.event]);
      assert.deepEqual(await store.owedOf(account.id, tracking.id), [
        { eventId, webhookId: webhook.id, parked: false },
      ]);
      assert.equal(await store.storedEvent(ids.next('acc'), eventId), null);
    }),
  );

  it(
    'takes away what receivers answered, and nothing else of an attempt, once',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v4' });
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const [one, two] = deliveries as [(typeof deliveries)[0], (typeof deliveries)[0]];
      const answered = aResponse({ status: 500, body: 'Anna', headers: { 'x-of': 'Anna' } });
      const settlement = settlementOf(one, 'accepted');
      await settleAll(store, { ...settlement, attempt: anAttempt(one, { exchange: answered }) });
      await settle(store, two, 'accepted');
      const [before] = await store.attempts(account.id, one.id);
      const others = await store.attempts(account.id, two.id);
      assert.equal(await store.eraseResponses(account.id, [one.id, ids.next('dlv')]), 1);
      assert.equal(await store.eraseResponses(account.id, [one.id]), 0);
      const exchange = { ...answered, headers: {}, body: '', truncated: false };
      assert.deepEqual(await store.attempts(account.id, one.id), [{ ...before, exchange }]);
      assert.deepEqual(await store.attempts(account.id, two.id), others);
    }),
  );

  it(
    'goes through remembered answers and rewrites one only as it was read',
    withStore(async (store) => {
      const { account } = await settled(store);
      const [first, second] = ['a', 'b'].map((key) => ({
        ...{
          accountId: account.id,
          key,
          requestHash: key,
          status: 201,
          body: `{"note":"${key} é"}`,
          createdAt: 9,
        },
      })) as [Parameters<Store['rememberAnswer']>[0], Parameters<Store['rememberAnswer']>[0]];
      await store.rememberAnswer(second);
      await store.rememberAnswer(first);
      assert.deepEqual(await store.answers(account.id, everyRow), [first, second]);
      assert.deepEqual(await store.answers(account.id, { after: 'a', limit: 1 }), [second]);
      assert.equal(await store.rewriteAnswer(first, '{}'), true);
      assert.equal(await store.rewriteAnswer({ ...second, createdAt: 8 }, '{}'), false);
      assert.deepEqual(await store.answers(account.id, everyRow), [{ ...first, body: '{}' }, second]);
      assert.deepEqual(await store.answers(ids.next('acc'), everyRow), []);
    }),
  );

  it(
    'erases all of a parcel, and once more what an update has made in between',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v4' });
      const tracking = await parcelOfHers(store, webhooks, 3);
      let updates = 0;
      const busy: ErasingOptions['store'] = {
        ...store,
        async commit(asked) {
          if (updates++ === 0) await nextOf(store, tracking, webhooks);
          return store.commit(asked);
        },
      };
      const { eraseTrackings, counts, rested } = erasing(busy, account);
      await eraseTrackings([tracking.id]);
      await assertBare(store, tracking, 4);
      assert.deepEqual([counts.trackings, counts.events, updates], [1, 4, 2]);
      assert.deepEqual(rested, [webhooks[0]?.id, webhooks[0]?.id]);
      assert.equal((await wholeQueue(store, webhooks[0]?.id as string)).length, 1, 'its order is as it was');
    }),
  );

  it(
    'is made whole by being run again, wherever it was broken off, and then does nothing more',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v4' });
      for (let steps = 0; steps < 4; steps++) {
        const tracking = await parcelOfHers(store, webhooks, 2);
        let left = steps;
        const spend = () => {
          if (left-- === 0) throw new Error('killed');
        };
        const dying: ErasingOptions['store'] = {
          ...store,
          async rewriteEvent(...asked) {
            spend();
            return store.rewriteEvent(...asked);
          },
          async commit(...asked) {
            spend();
            return store.commit(...asked);
          },
        };
        const broken = erasing(dying, account).eraseTrackings([tracking.id]);
        if (steps < 3) await assert.rejects(broken, /killed/);
        else await broken;
        await erasing(store, account).eraseTrackings([tracking.id]);
        const again = erasing(store, account);
        await again.eraseTrackings([tracking.id]);
        assert.deepEqual([again.counts.trackings, again.counts.events, again.rested], [0, 0, []]);
        assert.deepEqual((await store.tracking(account.id, tracking.id))?.fields, bare);
      }
      const { events } = await store.fieldsOfEvents(account.id, everyRow);
      assert.equal(events.length, 8);
      assert.ok(events.every(({ fields }) => fields.customerEmail == null && fields.note == null));
    }),
  );
}
