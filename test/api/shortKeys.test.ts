/** Keys that are empty or can be guessed are nobody's, wherever they were written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAccounts } from '../../src/accounts/accounts.ts';
import { makeIds } from '../../src/base/id.ts';
import { limits } from '../../src/domain/limits.ts';
import { openTemporary } from '../conformance/folder.ts';
import { testNow } from '../support/build.ts';
import { noNews } from '../support/news.ts';
import { withServer } from '../support/server.ts';

const clock = { now: () => testNow, monotonic: () => testNow };
const short = 'x'.repeat(limits.apiKeyCharsMin - 1);

test("a short operator key is nobody's, and one that is long enough is the operator's", async () => {
  const { store, close } = await openTemporary();
  try {
    for (const operatorKey of ['', 'x', short]) {
      const accounts = makeAccounts({
        store,
        freshly: noNews.freshly,
        ids: makeIds(clock),
        clock,
        operatorKey,
      });
      assert.equal(await accounts.authenticate(operatorKey), null, `"${operatorKey}"`);
    }
    const accounts = makeAccounts({
      store,
      freshly: noNews.freshly,
      ids: makeIds(clock),
      clock,
      operatorKey: `${short}x`,
    });
    assert.equal((await accounts.authenticate(`${short}x`))?.kind, 'operator');
  } finally {
    await close();
  }
});

test("a short key of an account is nobody's", async () => {
  const { store, close } = await openTemporary();
  try {
    const accounts = makeAccounts({
      store,
      freshly: noNews.freshly,
      ids: makeIds(clock),
      clock,
      operatorKey: 'wop_of_this_test',
    });
    await accounts.create({ signingEmail: 'anna@shop.example', apiKey: short });
    assert.equal(await accounts.authenticate(short), null);
  } finally {
    await close();
  }
});

test('a request with an empty key is refused as one without', () =>
  withServer(async ({ nobody }) => {
    for (const headers of [
      { 'waybell-api-key': '' },
      { 'waybell-api-key': ' ' },
      { authorization: 'Bearer ' },
      { authorization: '' },
      { authorization: 'Bearer x', 'waybell-api-key': '' },
    ]) {
      const { status, json } = await nobody('GET', '/accounts', { headers });
      assert.deepEqual([status, json.code], [401, 'unauthenticated'], JSON.stringify(headers));
    }
  }));
