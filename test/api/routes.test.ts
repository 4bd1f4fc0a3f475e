/**
 * Every route as it is meant to be used, its answer compared whole. Each answer is also held against the server's own
 * description, and at the end every operation that is described must have been used. `routes/` has them by their things.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readOpenapi } from '../support/openapi.ts';
import { withServer } from '../support/server.ts';
import { accountRoutes } from './routes/accounts.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { memberRoutes } from './routes/members.ts';
import { operationRoutes } from './routes/operations.ts';
import { overviewRoutes } from './routes/overview.ts';
import { peopleRoutes } from './routes/people.ts';
import { unusedOperations } from './routes/scene.ts';
import { trackingRoutes } from './routes/trackings.ts';
import { webhookRoutes } from './routes/webhooks.ts';

after(() => {
  assert.deepEqual(unusedOperations(), [], 'every operation that is described is used in this file');
});

trackingRoutes();
webhookRoutes();
deliveryRoutes();
accountRoutes();
memberRoutes();
peopleRoutes();
eventRoutes();
operationRoutes();
overviewRoutes();

test('every operation is described: a summary, a tag, an answer, a refusal', () =>
  withServer(async ({ nobody }) => {
    const { document, operations } = await readOpenapi(nobody);
    assert.equal(document.openapi, '3.1.0');
    assert.ok(operations.length >= 40);
    for (const { method, path, access, description } of operations) {
      const what = `${method} ${path}`;
      assert.ok(description.summary && description.tags.length === 1 && access, what);
      const answers = Object.keys(description.responses);
      assert.ok(
        answers.some((status) => status.startsWith('2')),
        what,
      );
      assert.ok(access === 'public' || answers.includes('4XX'), what);
    }
    const names = Object.keys(document.components.schemas);
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(names.includes(name as string), `the schema ${name} is there`);
    }
  }));
