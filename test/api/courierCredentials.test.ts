/** What an account sets for a courier reaches its adapter, in whichever account, and nowhere else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxKey } from '../../src/couriers/sandbox/adapter.ts';
import { withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

test('a courier is asked with the key of the account: with a wrong one it tells nothing, with the right one all', () =>
  withServer(async ({ anna, bela, store }) => {
    const set = (sandbox_key: string | null) =>
      anna.owner('PUT', '/courier-credentials/sandbox', { body: { values: { sandbox_key } } });
    assert.equal((await set('a-wrong-one')).status, 200);
    const body = { tracking_number: 'SANDBOX-DELIVERED-1', courier_code: 'sandbox' };
    const { id } = (await anna.owner('POST', '/trackings', { body })).json;
    const other = (await bela.owner('POST', '/trackings', { body })).json;
    const checkpointsOf = async (account: typeof anna, tracking: string) =>
      (await store.tracking(account.account.id, tracking as `trk_${string}`))?.checkpoints.length ?? 0;
    await until('the other account has news', async () => (await checkpointsOf(bela, other.id)) > 0);
    // Refused, and asked again in a minute.
    await until(
      'it was asked',
      async () => ((await store.tracking(anna.account.id, id))?.pollAt ?? 0) > Date.now() + 30_000,
    );
    assert.equal(await checkpointsOf(anna, id), 0);
    assert.equal((await set(sandboxKey)).status, 200);
    await anna.owner('POST', `/trackings/${id}/refresh`);
    await until('the courier tells', async () => (await checkpointsOf(anna, id)) > 0);
  }));
