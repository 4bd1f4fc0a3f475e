// Replaying events whose bodies are large: few of them are held at a time, and all of them are owed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Replay, Store } from '../../src/store/store.ts';
import { makeReplay } from '../../src/webhooks/replay.ts';
import { openTemporary } from '../conformance/folder.ts';
import { aParcel, changeOf, commit, ids, lastMade, settled } from '../conformance/world.ts';

const bodyBytes = 1024 * 1024;
const parcels = 30;
/** What is written together, and the body that fills it. */
const heldBytesMax = 9 * bodyBytes;

test('a replay of large bodies renders and writes them in portions, and leaves none out', async () => {
  const { store, close } = await openTemporary();
  try {
    const { account, webhooks } = await settled(store, { version: 'v2' });
    const webhook = webhooks[0] as Webhook;
    await commit(store, ...Array.from({ length: parcels }, () => changeOf(aParcel(account.id))));
    let held = 0;
    let heldMost = 0;
    const replayMissing = makeReplay({
      store: writing(store, (bytes) => {
        held -= bytes;
      }),
      webhooks: { get: async () => webhook },
      reorder: (_, work) => work(1),
      ids,
      clock: { now: lastMade, monotonic: () => 0 },
      render() {
        held += bodyBytes;
        heldMost = Math.max(heldMost, held);
        return 'x'.repeat(bodyBytes);
      },
    });
    const everything = { since: null, until: null, dryRun: false, after: null, limit: null };
    assert.equal((await replayMissing(account, webhook.id, everything)).count, parcels);
    assert.ok(heldMost <= heldBytesMax, `${heldMost} bytes were held.`);
    assert.equal(held, 0);
    assert.equal((await replayMissing(account, webhook.id, everything)).count, 0);
  } finally {
    await close();
  }
});

/** The store, and how much is handed to it in each replay. */
function writing(store: Store, onWritten: (bytes: number) => void): Store {
  return {
    ...store,
    replay(replays: readonly Replay[], rest) {
      onWritten(replays.reduce((bytes, { data }) => bytes + data.length, 0));
      return store.replay(replays, rest);
    },
  };
}
