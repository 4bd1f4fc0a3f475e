/** Secrets in the embedded store: nowhere in clear, and of no use without the key. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { Store } from '../../src/store/store.ts';
import { makeVault } from '../../src/vault.ts';
import { aWebhook } from '../support/build.ts';
import { foundInClear, openIn, testKey, withFolder } from './folder.ts';
import { aKey, anAccount, commitRevisions, heardAll, ids, settle } from './world.ts';

const secrets = [
  'whsec_CLEAR-current',
  'whsec_CLEAR-previous',
  'CLEAR-userinfo',
  'CLEAR-query-token',
  'CLEAR-header-value',
  'CLEAR-account-secret',
  'CLEAR-secret-before-of-account',
  'CLEAR-answer-secret',
  'wk_CLEAR-api-key',
] as const;
const [
  current,
  previous,
  userinfo,
  token,
  header,
  accountSecret,
  previousWebhookSecret,
  answerSecret,
  apiKey,
] = secrets;

describe('secrets in the embedded store', () => {
  it('are nowhere in clear: not in the database, not in its log, not after a change, a deletion or the end', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      await fill(store);
      // What is not secret is found, so the search works.
      const [known] = await store.accounts();
      assert.deepEqual(foundInClear(folder, [...secrets, known?.id ?? '']), [known?.id]);
      await store.close();
      assert.deepEqual(foundInClear(folder, [...secrets, known?.id ?? '']), [known?.id]);
    }));

  it('opening with another key names both keys, and harms nothing', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      await fill(store);
      const [account] = await store.accounts();
      await store.close();
      const other = Buffer.alloc(32, 9);
      const [right, wrong] = [makeVault(testKey).keyId, makeVault(other).keyId];
      await assert.rejects(openIn(folder, other), (error: Error) => {
        assert.match(error.message, new RegExp(`sealed by key ${right}.*key given is ${wrong}`));
        return true;
      });
      const again = await openIn(folder);
      assert.deepEqual(await again.accounts(), [account]);
      await again.close();
    }));

  it('a sealed value moved to another column does not open', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      const { account } = await fill(store);
      await store.close();
      const database = openDatabase(folder);
      database.exec('update webhook set secret_sealed = url_sealed');
      await database.close();
      const again = await openIn(folder);
      await assert.rejects(again.webhooks(account.id));
      await again.close();
    }));
});

async function fill(store: Store) {
  const account = anAccount({
    webhookSecret: accountSecret,
    previousWebhookSecret,
    previousWebhookSecretUntil: 5,
  });
  // As accounts do: of a key only its digest and first characters are kept.
  await store.insertAccount(account, aKey(account.id, { hash: 'digest', hint: `${apiKey.slice(0, 5)}…` }));
  const webhook = aWebhook({
    id: ids.next('wh'),
    accountId: account.id,
    url: `https://user:${userinfo}@shop.example/hook?token=${token}`,
    headers: { authorization: `Bearer ${header}` },
    secret: previous,
  });
  const answer = {
    accountId: account.id,
    key: 'idempotent',
    requestHash: 'digest',
    status: 201,
    body: JSON.stringify({ secret: answerSecret }),
    createdAt: 1,
  };
  await store.insertWebhook(webhook, answer, heardAll);
  await store.updateWebhook(
    {
      ...webhook,
      secret: current,
      previousSecret: previous,
      previousSecretUntil: 5,
    },
    null,
    heardAll,
  );
  const { deliveries } = await commitRevisions(store, 2, [webhook]);
  for (const delivery of deliveries) await settle(store, delivery, 'accepted');
  await store.deleteWebhook({ ...webhook, id: ids.next('wh') }, 5);
  return { account };
}
