/**
 * One idempotency key that comes to several processes, each with a store of its own on one database: of what is not to be
 * done twice one is done, and the others are told that its answer is the one.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { limits } from '../../src/domain/limits.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { type AccountId, type Answer, AnswerTaken, type Store } from '../../src/store/store.ts';
import { aWebhook, testNow } from '../support/build.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import { withGate } from './gate.ts';
import { countOf, heardAll, ids, settled } from './world.ts';

const databases = await startDatabases();
const { withStores } = databases;
after(() => databases.cluster.stop());

describe('of two requests under one key', () => {
  it('the second is told, as soon as the first is written, and leaves nothing', () =>
    withGate(databases, async ([one, two, three], gate) => {
      const { id } = (await settled(one)).account;
      const [first, second] = [aRequest(id, 'first'), aRequest(id, 'second')];
      const before = await countOf(three);
      await gate.close(id);
      const made = one.insertWebhook(...first, heardAll);
      await until('the first is about to be written', async () => (await gate.waiting()) === 1);
      const refused = assert.rejects(two.insertWebhook(...second, heardAll), AnswerTaken);
      await until('the second waits for it', async () => (await gate.waiting()) === 2);
      await gate.open();
      await Promise.all([made, refused]);
      assert.deepEqual(await three.webhooks(id), [first[0]]);
      assert.deepEqual(await three.answer(id, 'once', 0), first[1]);
      assert.equal(await countOf(three), before + 1);
    }));

  it('the second is done where the first was undone', () =>
    withGate(databases, async ([one, two, three], gate) => {
      const { id } = (await settled(one)).account;
      const [first, second] = [aRequest(id, 'first'), aRequest(id, 'second')];
      await gate.close(id);
      const undone = assert.rejects(one.insertWebhook(...first, heardAll));
      await until('the first is about to be written', async () => (await gate.waiting()) === 1);
      const done = two.insertWebhook(...second, heardAll);
      await until('the second waits for it', async () => (await gate.waiting()) === 2);
      await gate.endWhoWaits();
      await undone;
      await gate.open();
      await done;
      assert.deepEqual(await three.webhooks(id), [second[0]]);
      assert.deepEqual(await three.answer(id, 'once', 0), second[1]);
    }));

  it('or of many at once, one is done', () =>
    withStores(async (stores) => {
      const [first] = stores;
      const { id } = (await settled(first)).account;
      const requests = Array.from({ length: 12 }, (_, at) => aRequest(id, `${at}`));
      const ends = await Promise.allSettled(
        requests.map((request, at) =>
          (stores[at % stores.length] as Store).insertWebhook(...request, heardAll),
        ),
      );
      const done = requests.filter((_, at) => ends[at]?.status === 'fulfilled');
      assert.equal(done.length, 1);
      for (const end of ends)
        if (end.status === 'rejected') assert.ok(end.reason instanceof AnswerTaken, `${end.reason}`);
      const [[webhook, answer]] = done as [Request];
      assert.deepEqual(await first.webhooks(id), [webhook]);
      assert.deepEqual(await first.answer(id, 'once', 0), answer);
    }));
});

describe('a key is taken', () => {
  it('by whatever was answered under it, in its account, for a day', () =>
    withStores(async ([one, two]) => {
      const { id } = (await settled(one)).account;
      const other = (await settled(one)).account.id;
      await one.rememberAnswer(answerOf(id, 'of an update'));
      await assert.rejects(two.insertWebhook(...aRequest(id, 'refused'), heardAll), AnswerTaken);
      assert.deepEqual(await one.webhooks(id), []);
      const others = aRequest(other, "another account's");
      await two.insertWebhook(...others, heardAll);
      const [webhook, answer] = aRequest(id, 'under another key');
      await two.insertWebhook(webhook, { ...answer, key: 'twice' }, heardAll);
      await two.insertWebhook(aRequest(id, 'under none')[0], null, heardAll);
      assert.deepEqual([(await one.webhooks(id)).length, await one.webhooks(other)], [2, [others[0]]]);
      const dayMs = limits.idempotencyHours * 3_600_000;
      const [late, lateAnswer] = aRequest(id, 'a day later');
      const soon = { ...lateAnswer, createdAt: testNow + dayMs - 1 };
      await assert.rejects(two.insertWebhook(late, soon, heardAll), AnswerTaken);
      await two.insertWebhook(late, { ...lateAnswer, createdAt: testNow + dayMs }, heardAll);
      assert.equal((await one.answer(id, 'once', 0))?.body, lateAnswer.body);
    }));
});

type Request = readonly [webhook: Webhook, answer: Answer];

/** What a request writes to make a webhook; all have one key. */
function aRequest(accountId: AccountId, description: string): Request {
  return [aWebhook({ id: ids.next('wh'), accountId, description }), answerOf(accountId, description)];
}

function answerOf(accountId: AccountId, text: string): Answer {
  return { accountId, key: 'once', requestHash: 'hash', status: 201, body: text, createdAt: testNow };
}
