import assert from 'node:assert/strict';
import test from 'node:test';
import { anId, anUpdate, testNow } from '../../test/support/build.ts';
import { noNews } from '../../test/support/news.ts';
import { makeIds } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import { type Commit, type CommitResult, type NumberKey, StoreUnavailable } from '../store/store.ts';
import { type Ingest, makeIngest } from './ingest.ts';

/**
 * An ingest over a store that has nothing and takes everything, but for what is said; `onCommit` is called amid a commit.
 */
function ingestWith(
  onCommit: (ingest: Ingest) => void,
  resultOf: (accountId: string) => CommitResult['kind'] = () => 'committed',
): { ingest: Ingest; loads: NumberKey[] } {
  const loads: NumberKey[] = [];
  const ingest: Ingest = makeIngest({
    store: {
      async writesOf() {
        return null;
      },
      async load(keys) {
        loads.push(...keys);
        return keys.map(() => []);
      },
      async commit({ trackings }: Commit) {
        onCommit(ingest);
        return trackings.map(({ tracking }): CommitResult => {
          const kind = resultOf(tracking.accountId);
          return (kind === 'committed' ? { kind, deliveries: [] } : { kind }) as CommitResult;
        });
      },
    },
    ids: makeIds({ now: () => testNow }),
    news: noNews,
    accountOf: async (id) => ({ id, timeZone: 'UTC' }) as Account,
    webhooksOf: async () => [],
    courierOf: () => null,
    candidateOf: () => null,
    pollable: () => false,
    onCommitted: () => {},
    gatherMs: 0,
  });
  return { ingest, loads };
}

test('what was committed is held, and read anew once it is forgotten', async () => {
  const { ingest, loads } = ingestWith(() => {});
  const update = anUpdate();
  await ingest.submit({ updates: [update], answer: null });
  await ingest.submit({ updates: [update], answer: null });
  assert.equal(loads.length, 1);
  ingest.forget([update]);
  await ingest.submit({ updates: [update], answer: null });
  assert.equal(loads.length, 2);
});

test('a flush does not remember what was forgotten while it was under way', async () => {
  const update = anUpdate();
  const { ingest, loads } = ingestWith(({ forget }) => forget([update]));
  await ingest.submit({ updates: [update], answer: null });
  await ingest.submit({ updates: [update], answer: null });
  assert.equal(loads.length, 2);
});

test('where the store goes away amid a flush, what it has taken is answered so, and only the rest is refused', async () => {
  const [taken, other] = [anUpdate(), anUpdate({ number: 'OTHER1' })];
  const behind = anUpdate({ accountId: anId('acc', 77) });
  let commits = 0;
  const { ingest } = ingestWith(
    () => {
      if (++commits > 1) throw new StoreUnavailable('It is away.', null);
    },
    (accountId) => (accountId === behind.accountId ? 'outdated' : 'committed'),
  );
  const whole = ingest.submit({ updates: [taken, other], answer: null });
  await assert.rejects(ingest.submit({ updates: [behind], answer: null }), StoreUnavailable);
  assert.deepEqual(
    (await whole).map(({ ok }) => ok),
    [true, true],
  );
  assert.equal(commits, 2);
});
