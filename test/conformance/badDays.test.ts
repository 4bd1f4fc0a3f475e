/** The embedded store where it cannot work: its folder is in use, cannot be written, is full, or holds something else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { overRecords } from '../../src/store/overRecords.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import { type Store, StoreUnavailable, type TrackingCommit } from '../../src/store/store.ts';
import { makeVault } from '../../src/vault.ts';
import { firstLine, start } from './child.ts';
import { openIn, testKey, withFolder } from './folder.ts';
import {
  anAccount,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  heardAll,
  rowsOf,
  settleAll,
  settled,
  settlementOf,
} from './world.ts';

const inUse =
  /^Another Waybell is running on the data directory .+\. Stop it, or name another directory with --data DIR\.$/;

describe('a data directory in use', () => {
  it('is refused to a second process, and free at once when the first is killed', () =>
    withFolder(async (folder) => {
      const holder = start('holder.ts', folder);
      assert.equal(await firstLine(holder), 'open');
      await assert.rejects(openIn(folder), { message: inUse });
      const second = start('holder.ts', folder);
      assert.match(await firstLine(second), inUse);
      await second.kill();
      await holder.kill();
      const store = await openIn(folder);
      assert.equal(await store.ready(), true);
      await store.close();
    }));

  it('is refused to the same process, which keeps its hold by that', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      for (let time = 0; time < 3; time++) await assert.rejects(openIn(folder), { message: inUse });
      const other = start('holder.ts', folder);
      assert.match(await firstLine(other), inUse);
      await other.kill();
      assert.equal(await store.ready(), true);
      await store.close();
      await (await openIn(folder)).close();
    }));

  it('is let go of when opening fails', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      await store.close();
      await assert.rejects(openIn(folder, Buffer.alloc(32, 8)), /sealed by key/);
      await (await openIn(folder)).close();
    }));
});

describe('a data directory that cannot be used', () => {
  it('says so when it is a file, or below one', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'file');
      await writeFile(file, '');
      for (const place of [file, path.join(file, 'data')]) {
        await assert.rejects(
          openIn(place),
          /^Error: The data directory .+ cannot be made: .+\. Name another with --data DIR\.$/,
        );
      }
    }));

  it('says so where nothing can be made', { skip: process.platform !== 'linux' }, async () => {
    await assert.rejects(openIn('/proc/waybell'), /The data directory \/proc\/waybell cannot be made/);
    await assert.rejects(
      openIn('/sys/kernel'),
      /The data directory \/sys\/kernel cannot be written: .+ Check its owner and mode/,
    );
  });

  it('says so when it may not be written', (context) =>
    withReadOnlyFolder(context, async (folder) => {
      await assert.rejects(
        openIn(folder),
        /The data directory .+ cannot be written: .+ Check its owner and mode/,
      );
    }));

  it('says so when the database is damaged, and leaves it as it is', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'waybell.db');
      await writeFile(file, 'This is no database. '.repeat(1000));
      await assert.rejects(
        openIn(folder),
        /The database .+waybell\.db cannot be opened: .+ It is damaged, .+ backup/,
      );
      assert.equal(execFileSync('head', ['-c', '20', file], { encoding: 'utf8' }), 'This is no database.');
      await rm(file);
      await (await openIn(folder)).close();
    }));

  it('says so when the schema is of a later Waybell', () =>
    withFolder(async (folder) => {
      const database = openDatabase(folder);
      database.exec('pragma user_version=999');
      await database.close();
      await assert.rejects(
        openIn(folder),
        /the schema of the database is version 999, this program goes with \d+ and the next one; start the newer Waybell/,
      );
    }));
});

describe('a full disk', () => {
  it('refuses writes, keeps what there is, and takes writes again once there is room', (context) =>
    withSmallDisk(context, async (folder) => {
      const store = await openIn(folder);
      const ballast = path.join(folder, 'ballast');
      try {
        await fillAndFree(store, {
          fill: () => fillDisk(ballast),
          free: () => rm(ballast),
        });
      } finally {
        await rm(ballast, { force: true });
        await store.close();
      }
    }));

  it('says to free space where there is none to start with, at whatever it fails', (context) =>
    withSmallDisk(context, async (folder) => {
      const ballast = path.join(folder, 'ballast');
      const data = path.join(folder, 'data');
      let opened = false;
      for (let freeKiB = 0; !opened; freeKiB += freeKiB < 64 ? 4 : 32) {
        await rm(data, { recursive: true, force: true });
        await fillDisk(ballast);
        const { size } = await stat(ballast);
        await truncate(ballast, size - freeKiB * 1024);
        try {
          await (await openIn(data, null)).close();
          opened = true;
        } catch (error) {
          const { message } = error as Error;
          assert.match(message, /Free space on its disk/, `with ${freeKiB} KiB free`);
          assert.doesNotMatch(message, /owner and mode/);
          const left = (await readdir(data)).filter((name) => name.startsWith('vault-key'));
          for (const name of left) assert.notEqual((await stat(path.join(data, name))).size, 0, name);
        }
      }
      await rm(ballast);
    }));

  it('refuses and takes again at the limit of the database too, where a small disk cannot be had', () =>
    withFolder(async (folder) => {
      const database = openDatabase(folder);
      const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
      await fillAndFree(store, {
        fill: async () => limitPages(database, pagesOf(database)),
        free: async () => limitPages(database, 1_000_000),
      });
      await store.close();
    }));

  it('is never mistaken for a datum that cannot be stored', () =>
    withFolder(async (folder) => {
      const database = openDatabase(folder);
      const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
      const { account, webhooks } = await settled(store, {});
      const first = changeOf(aParcel(account.id), webhooks);
      await commit(store, first);
      limitPages(database, pagesOf(database));
      // The bad one comes first, so that each is then tried by itself, and meets the full disk there.
      const bad = { ...changeOf(aParcel(account.id)), events: first.events };
      const large = Array.from({ length: 5 }, () => largeChange(account.id));
      await assert.rejects(
        store.commit({ trackings: [bad, ...large], answers: [], heard: heardAll }),
        StoreUnavailable,
      );
      const { trackings, events } = await rowsOf(store);
      assert.deepEqual([trackings, events], [1, 1]);
      limitPages(database, 1_000_000);
      const results = await store.commit({ trackings: [bad, ...large], answers: [], heard: heardAll });
      assert.deepEqual(
        results.map((result) => result.kind),
        ['failed', ...large.map(() => 'committed')],
      );
      await store.close();
    }));

  it('lets go of the folder when it is closed full', () =>
    withFolder(async (folder) => {
      const database = openDatabase(folder);
      limitPages(database, pagesOf(database));
      await database.close();
      await (await openIn(folder)).close();
    }));
});

/** Writes until nothing goes in any more, and again after room was made. */
async function fillAndFree(
  store: Store,
  disk: { fill(): Promise<void>; free(): Promise<void> },
): Promise<void> {
  const { account, webhooks } = await settled(store, {});
  const owed = (await commitRevisions(store, 1, webhooks)).deliveries[0];
  assert.ok(owed);
  await disk.fill();

  let taken = 0;
  let refused: unknown = null;
  const changes: TrackingCommit[] = [];
  while (refused === null && taken < 2000) {
    const change = largeChange(account.id);
    changes.push(change);
    await store.commit({ trackings: [change], answers: [], heard: heardAll }).then(
      () => taken++,
      (error) => {
        refused = error;
      },
    );
  }
  assert.ok(refused instanceof StoreUnavailable, `refused after ${taken}: ${refused}`);
  assert.match(refused.message, /^The store cannot be used just now: .+full.*\.$/);
  const several = [0, 1, 2].map(() =>
    store.commit({ trackings: [largeChange(account.id)], answers: [], heard: heardAll }),
  );
  for (const result of await Promise.allSettled(several)) {
    assert.equal(result.status, 'rejected', 'each of several at once is refused');
  }

  // Nothing half-written, and all that was taken can be read.
  const last = changes.at(-1) as TrackingCommit;
  assert.equal(await store.tracking(account.id, last.tracking.id), null);
  assert.equal(await store.event(account.id, last.events[0]?.id ?? ''), null);
  const { trackings, events } = await rowsOf(store);
  assert.deepEqual([trackings, events], [taken + 1, taken + 1]);

  await disk.free();
  assert.equal(await store.ready(), true);
  await commit(store, last);
  assert.deepEqual((await store.load([{ accountId: account.id, number: last.tracking.number }]))[0], [
    last.tracking,
  ]);
  assert.equal((await settleAll(store, settlementOf(owed, 'accepted')))[0]?.applied, true);
  await store.insertAccount(anAccount(), { ...keyFor(), accountId: account.id });
}

function keyFor() {
  const { id } = anAccount();
  return {
    id: `key_${id.slice(4)}`,
    name: '',
    role: 'owner',
    hash: id,
    hint: '',
    createdAt: 1,
    lastUsedAt: null,
  } as const;
}

function largeChange(accountId: ReturnType<typeof anAccount>['id']): TrackingCommit {
  const parcel = aParcel(accountId);
  return changeOf({ ...parcel, fields: { ...parcel.fields, title: 'x'.repeat(20_000) } });
}

function pagesOf(database: Database): number {
  return (database.prepare('pragma page_count').get() as { page_count: number }).page_count;
}

function limitPages(database: Database, pages: number): void {
  database.exec(`pragma max_page_count=${pages}`);
}

/** Writes until the disk takes nothing more. */
async function fillDisk(ballast: string): Promise<void> {
  execFileSync('sh', ['-c', 'dd if=/dev/zero of="$1" bs=4096 2>/dev/null || true', 'sh', ballast]);
}

/** A disk of a few MiB, where this user can have one. */
async function withSmallDisk(context: TestContext, run: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (parent) => {
    const folder = path.join(parent, 'disk');
    await mkdir(folder);
    if (!mount(['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])) {
      context.skip(
        'No small disk: mounting one takes root on Linux. The test of the page limit stands in for it.',
      );
      return;
    }
    try {
      await run(folder);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
}

/** A folder that cannot be written: by its mode, or, for root, whom modes do not stop, by a read-only mount. */
async function withReadOnlyFolder(
  context: TestContext,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    if (process.getuid?.() !== 0) {
      await chmod(folder, 0o500);
      await run(folder);
      await chmod(folder, 0o700);
      return;
    }
    if (!mount(['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', folder])) {
      context.skip('Root may write everywhere, and a read-only mount is not to be had: nothing was tested.');
      return;
    }
    try {
      await run(folder);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
}

function mount(parameters: readonly string[]): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
