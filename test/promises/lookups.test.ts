// The promise: a bad receiver hurts only itself. Here: one whose name servers never answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebhook, report, seen } from '../support/asking.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const goodNames = 12;

test("names of one account that hang in their look-up keep no other account's webhooks from anything", async (t) => {
  const receiver = await openScriptedReceiver(t);
  const { port } = new URL(receiver.url);
  const hanging: string[] = [];
  const { promise: never } = Promise.withResolvers<never>();
  const lookup = async (hostname: string) => {
    if (hostname.startsWith('good')) return [{ address: '127.0.0.1', family: 4 }];
    hanging.push(hostname);
    return never;
  };
  await withServer(
    async ({ anna, bela, store }) => {
      await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          createWebhook(anna.owner, { url: `http://hangs-${n}.example:${port}/` }),
        ),
      );
      await report(anna.owner, seen('HANGS-1'));
      await until('as many of its look-ups hang as there may be', () => hanging.length === 2);

      for (let n = 0; n < goodNames; n++)
        await createWebhook(bela.owner, { url: `http://good-${n}.example:${port}/${n}` });
      await report(bela.owner, seen('GOOD-1'));
      await receiver.hears(goodNames);
      assert.equal(new Set(receiver.heard.map(({ path }) => path)).size, goodNames);
      assert.equal(hanging.length, 2, 'of 8 look-ups that there may be');

      // It counts against the receiver, as any name that is not answered for does.
      const [tried] = await until('one was given up', async () => {
        const { items } = await store.deliveries(anna.account.id, everything, { after: null, limit: 20 });
        const given = items.filter(({ attempts }) => attempts > 0);
        return given.length > 0 && given;
      });
      assert.equal(tried?.state, 'scheduled');
    },
    { lookup, lookupSlots: 8 },
    { webhooksPerAccount: 20 },
  );
});

const everything = { state: null, webhookId: null, trackingId: null, createdFrom: null, createdTo: null };
