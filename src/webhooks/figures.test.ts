import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFigures } from './figures.ts';

test('who asks for what is being read of an account gets that reading, and who asks later another', async () => {
  const read: string[] = [];
  const figures = makeFigures({
    store: {
      async trackingCounts(accountId) {
        read.push(accountId);
        return [];
      },
      webhookHours: async () => ({ hours: [], latencies: [] }),
      courierFigures: async () => [],
      backlogs: async () => [],
    },
    webhooks: { list: async () => [], get: () => Promise.reject(new Error('not asked for')) },
    clock: { now: () => 0 },
  });
  await Promise.all([
    figures.overview('acc_1', 24),
    figures.overview('acc_1', 24),
    figures.overview('acc_1', 2),
    figures.overview('acc_2', 24),
  ]);
  assert.deepEqual(read.toSorted(), ['acc_1', 'acc_1', 'acc_2']);
  await figures.overview('acc_1', 24);
  assert.equal(read.length, 4);
});
