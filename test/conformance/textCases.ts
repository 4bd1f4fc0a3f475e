/** Conformance: texts as people and couriers write them, and as nobody should. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../src/store/store.ts';
import { aCheckpoint } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, heardAll, settled, wholeQueue } from './world.ts';

const texts = [
  '👩‍👩‍👧‍👦 📦 delivered 🇸🇪',
  'נמסר לשכן \u202eabc\u202c',
  '𠜎𠜱𡿺 U+2070E',
  'Ångström vs A\u030angstro\u0308m',
  `quotes ' " \` ; -- /* \\ %_ $1 ? :name`,
  'line\r\nbreak\ttab\u0085\u2028\u2029',
  '\ufeffBOM and \ufffd',
  'x'.repeat(100_000),
  ' ',
];

export function textCases(withStore: WithStore): void {
  it(
    'come back as they went in, as number, courier, field, scan, body and note',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, {});
      const changes = texts.map((text) => {
        const tracking = aParcel(account.id, {
          number: text,
          rawNumber: text,
          courierCode: text,
          fields: { ...aParcel(account.id).fields, title: text, orderId: '' },
          checkpoints: [aCheckpoint({ description: text, location: '', code: text })],
        });
        const change = changeOf(tracking, webhooks);
        return { ...change, bodies: change.bodies.map((body) => ({ ...body, data: text })) };
      });
      await commit(store, ...changes);
      for (const [index, text] of texts.entries()) await store.setNote(`note ${index}`, text);
      const again = await opened.reopen();
      for (const [index, text] of texts.entries()) {
        const { tracking, events, deliveries } = changes[index] as (typeof changes)[0];
        assert.deepEqual(await again.load([{ accountId: account.id, number: text }]), [[tracking]]);
        assert.deepEqual(await again.event(account.id, events[0]?.id ?? ''), events[0]);
        assert.equal(await again.body(account.id, events[0]?.id ?? '', 'v4'), text);
        assert.equal((await again.delivery(account.id, deliveries[0]?.id ?? ''))?.number, text);
        assert.equal(await again.note(`note ${index}`), text);
      }
    }),
  );

  it(
    'an empty text is not null, nor null an empty text',
    withStore(async (store) => {
      const { account } = await settled(store);
      const { fields } = aParcel(account.id);
      const empty = aParcel(account.id, { courierCode: '', fields: { ...fields, title: '', orderId: null } });
      const none = aParcel(account.id, {
        courierCode: null,
        fields: { ...fields, title: null, orderId: '' },
      });
      await commit(store, changeOf(empty), changeOf(none));
      assert.deepEqual(await store.tracking(account.id, empty.id), empty);
      assert.deepEqual(await store.tracking(account.id, none.id), none);
    }),
  );

  for (const [what, bad] of [
    ['a NUL', 'A\u0000B'],
    ['a lone surrogate', 'A\ud800B'],
  ] as const) {
    it(
      `${what} that slips through to the store harms no neighbour`,
      withStore(async (store, opened) => {
        const { account, webhooks } = await settled(store, {});
        const before = aParcel(account.id, { number: 'A' });
        const hurt = aParcel(account.id, {
          number: bad,
          rawNumber: bad,
          checkpoints: [aCheckpoint({ description: bad })],
        });
        const after = aParcel(account.id, { number: 'AB' });
        const results = await store.commit({
          trackings: [before, hurt, after].map((tracking) => changeOf(tracking, webhooks)),
          answers: [],
          heard: heardAll,
        });
        assert.deepEqual([results[0]?.kind, results[2]?.kind], ['committed', 'committed']);
        // A store may refuse it by name or take it; what it took it can read.
        const taken = results[1]?.kind === 'committed';
        assert.equal(results[1]?.kind, taken ? 'committed' : 'failed');
        await whole(await opened.reopen());

        async function whole(again: Store): Promise<void> {
          for (const tracking of [before, after]) {
            const { accountId, number } = tracking;
            assert.deepEqual(await again.load([{ accountId, number }]), [[tracking]]);
          }
          assert.equal((await again.tracking(account.id, hurt.id))?.id ?? null, taken ? hurt.id : null);
          assert.equal((await again.events(account.id, { after: null, limit: 10 })).length, taken ? 3 : 2);
          assert.equal((await wholeQueue(again, webhooks[0]?.id ?? '')).length, taken ? 3 : 2);
        }
      }),
    );
  }
}
