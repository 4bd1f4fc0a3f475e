import assert from 'node:assert/strict';
import test from 'node:test';
import { anId, aWebhook } from '../../test/support/build.ts';
import { makeLog } from '../base/log.ts';
import type { Webhook } from '../domain/webhook.ts';
import { makeHearing } from './hearing.ts';

const accountId = anId('acc');
const webhook = aWebhook({ id: anId('wh'), accountId });
const about = { accountId, webhookId: webhook.id };

/** What is done, in its order, on news of an account that has these webhooks; null: they cannot be read. */
function world(webhooks: readonly Webhook[] | null) {
  const done: unknown[][] = [];
  const noting =
    (what: string) =>
    (...of: readonly unknown[]) =>
      void done.push([what, ...of]);
  const all = async () => {
    if (webhooks === null) throw new Error('The store cannot be read.');
    return webhooks;
  };
  const hearing = makeHearing({
    accounts: { outdate: noting('outdate accounts') },
    webhooks: {
      outdate: noting('outdate webhooks'),
      all,
      find: async (_, id) => (await all()).find((one) => one.id === id) ?? null,
    },
    sender: {
      takeUp: async () => noting('take up')(),
      rest: noting('rest'),
      goOn: noting('go on'),
      forgetRests: noting('forget rests'),
      refresh: ({ id, failingSince }) => noting('refresh')(id, failingSince),
      forget: noting('forget'),
      resume: noting('resume'),
    },
    log: makeLog('silent'),
  });
  return { hearing, done };
}

async function doneOn(
  news: Parameters<ReturnType<typeof makeHearing>['hear']>[0]['news'],
  { webhooks = [webhook], isTorn = false }: { webhooks?: readonly Webhook[] | null; isTorn?: boolean } = {},
): Promise<readonly unknown[][]> {
  const { hearing, done } = world(webhooks);
  hearing.hear({ news, isTorn });
  await new Promise(setImmediate);
  return done;
}

test('a webhook that another process has changed is read and refreshed, and forgotten where it is gone', async () => {
  const changed = [{ kind: 'changed', number: 1, ...about }] as const;
  const outdated = ['outdate webhooks', accountId];
  const failing = { ...webhook, failingSince: 5 };
  assert.deepEqual(await doneOn(changed, { webhooks: [failing] }), [outdated, ['refresh', webhook.id, 5]]);
  assert.deepEqual(await doneOn(changed, { webhooks: [] }), [outdated, ['forget', webhook.id]]);
});

test('one that cannot be read is refreshed all the same', async () => {
  const changed = [{ kind: 'changed', number: 1, ...about }] as const;
  const [, then] = await doneOn(changed, { webhooks: null });
  assert.deepEqual(then, ['refresh', webhook.id, null]);
});

test('of an account that was changed all webhooks go on, since it may have been suspended', async () => {
  const changed = [{ kind: 'changed', number: 1, accountId, webhookId: null }] as const;
  const outdated = ['outdate accounts', accountId];
  assert.deepEqual(await doneOn(changed), [outdated, ['resume', webhook.id]]);
  assert.deepEqual(await doneOn(changed, { webhooks: null }), [outdated]);
});

test('rests begin and end by their numbers', async () => {
  const news = [
    { kind: 'rests', number: 7, ...about },
    { kind: 'goes_on', number: 8, rest: 7, ...about },
  ] as const;
  assert.deepEqual(await doneOn(news), [
    ['rest', webhook.id, 7],
    ['go on', webhook.id, 7],
  ]);
});

test('where news were missed all that is held is forgotten, before the rests that go on are heard', async () => {
  const rests = [{ kind: 'rests', number: 7, ...about }] as const;
  assert.deepEqual(await doneOn(rests, { isTorn: true }), [
    ['outdate accounts'],
    ['outdate webhooks'],
    ['forget rests'],
    ['take up'],
    ['rest', webhook.id, 7],
  ]);
});
