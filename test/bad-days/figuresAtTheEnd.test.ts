// A server that stops right after an attempt: what it had counted and not written yet is written at the end.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from '../../src/app.ts';
import { hourMs } from '../../src/base/durations.ts';
import { hourOf } from '../../src/domain/figures.ts';
import { makeClient } from '../../src/sdk/client.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { withListener } from '../support/listener.ts';
import { testConfig } from '../support/server.ts';

test('figures of the last seconds are in the store after a server has stopped', () =>
  withListener(async ({ url }) => {
    const data = await mkdtemp(path.join(tmpdir(), 'waybell-figures-'));
    try {
      const startedAt = Date.now();
      const app = await startApp({ ...testConfig, data });
      const { account, key } = app.first as NonNullable<typeof app.first>;
      const client = makeClient({ url: app.url, apiKey: key });
      const webhook = await client.webhooks.create({ url });
      const attempted = new Promise<void>((resolve) => app.onAttempt(() => resolve()));
      const checkpoints = [
        { time: '2026-03-02T08:30:00Z', description: 'Posted', status: 'transit' as const },
      ];
      await client.updates([{ tracking_number: 'LAST1', checkpoints }]);
      await attempted;
      await app.stop();
      const store = await openSqliteStore({ folder: data, key: null });
      const { hours } = await store.webhookHours(account.id, {
        from: hourOf(startedAt) - hourMs,
        webhookId: null,
      });
      await store.close();
      assert.deepEqual(
        hours.map(({ webhookId, accepted, failed }) => [webhookId, accepted, failed]),
        [[webhook.id, 1, 0]],
      );
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  }));
