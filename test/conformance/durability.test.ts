/** What the embedded store has acknowledged is there after a kill, and each write is there wholly or not at all. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { AccountId, Store } from '../../src/store/store.ts';
import { start } from './child.ts';
import { openIn, withFolder } from './folder.ts';
import { rowsOf } from './world.ts';

const kills = 5;
const linesBeforeKillMax = 300;

describe('durability of the embedded store', () => {
  it('syncs every commit to the disk, through a write-ahead log', () =>
    withFolder(async (folder) => {
      const database = openDatabase(folder);
      const read = (pragma: string) => Object.values(database.prepare(`pragma ${pragma}`).get() as object)[0];
      assert.equal(read('synchronous'), 2, 'FULL');
      assert.equal(read('journal_mode'), 'wal');
      await database.close();
    }));

  it('loses nothing that was acknowledged, however often it is killed', () =>
    withFolder(async (folder) => {
      const lines: string[] = [];
      for (let kill = 0; kill < kills; kill++) {
        lines.push(...(await linesUntilKilled(folder, 1 + Math.floor(Math.random() * linesBeforeKillMax))));
        const store = await openIn(folder);
        try {
          for (const line of lines) await holds(store, line);
          const rows = await rowsOf(store);
          const { trackings, events, deliveries_owed: owed = 0, deliveries_settled: settled = 0 } = rows;
          assert.equal(events, trackings, 'a tracking and its event are one write');
          assert.equal(owed + settled, trackings, 'and so is what it owes');
          assert.equal(rows.attempts, settled, 'an attempt and what it settles are one write');
        } finally {
          await store.close();
        }
      }
      assert.ok(lines.length >= kills, path.basename(folder));
    }));
});

async function linesUntilKilled(folder: string, count: number): Promise<readonly string[]> {
  const child = start('committer.ts', folder);
  const lines: string[] = [];
  child.lines.on('line', (line) => {
    lines.push(line);
    if (lines.length === count) child.process.kill('SIGKILL');
  });
  await new Promise((resolve) => child.process.once('close', resolve));
  assert.ok(lines.length >= count, 'the process ended by itself');
  // The last one may have been cut short by the kill.
  return lines.filter((line) => line.split(' ').at(-1)?.length === 'dlv_'.length + 32);
}

async function holds(store: Store, line: string): Promise<void> {
  const [what, account, trackingId, deliveryId] = line.split(' ') as [string, AccountId, string, string];
  assert.ok(await store.tracking(account, trackingId), line);
  const delivery = await store.delivery(account, deliveryId);
  assert.ok(delivery, line);
  assert.ok(await store.body(account, delivery.eventId, delivery.version), line);
  if (what === 'accepted') {
    assert.equal(delivery.state, 'accepted', line);
    assert.equal((await store.attempts(account, deliveryId)).length, 1, line);
  }
}
