import assert from 'node:assert/strict';
import test from 'node:test';
import { anId, aTracking, testNow } from '../../test/support/build.ts';
import { dayMs } from '../base/durations.ts';
import { AppError } from '../domain/error.ts';
import { expire } from './expiry.ts';
import type { IngestRequest } from './ingest.ts';

const silent = { newsAt: testNow - 40 * dayMs };
const [busy, other] = [1, 2].map((ordinal) =>
  aTracking({ ...silent, id: anId('trk', ordinal), accountId: anId('acc', ordinal) }),
) as [ReturnType<typeof aTracking>, ReturnType<typeof aTracking>];

/** Two parcels of two accounts, a page each; the first one's account refuses. */
function expireWith(refusal: Error) {
  const asked: string[] = [];
  const store = {
    dueExpiries: async (_: number, { after }: { after: string | null }) =>
      after === null ? { items: [busy], next: 'more' } : { items: [other], next: null },
  };
  const ingest = {
    async submit({ updates: [update] }: IngestRequest) {
      asked.push(update?.accountId ?? '');
      if (update?.accountId === busy.accountId) throw refusal;
      return [{ ok: true, tracking: other, changed: true, created: false, outvoted: [] } as const];
    },
  };
  const clock = { now: () => testNow, monotonic: () => 0 };
  return { asked, expired: expire({ store, ingest, clock }) };
}

test('an account with too much waiting keeps none of the others from expiring', async () => {
  const { asked, expired } = expireWith(new AppError('busy'));
  assert.equal(await expired, 1);
  assert.deepEqual(asked, [busy.accountId, other.accountId]);
});

test('what is no refusal ends the round, and is told', async () => {
  await assert.rejects(expireWith(new Error('The store is away.')).expired, /The store is away/);
});
