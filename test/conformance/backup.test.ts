/** Backups of the embedded store where they cannot be made: a full disk, a place that takes none, and one while another is. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { makeSmallDisk } from '../../chaos/disasters.ts';
import { makeBackups } from '../../src/backups/backups.ts';
import { systemClock } from '../../src/base/clock.ts';
import { makeLog } from '../../src/base/log.ts';
import { backupFile, backupsIn, keepNewest } from '../../src/store/backupFile.ts';
import { checkBackup } from '../../src/store/sqlite/backupCheck.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { openIn, withFolder } from './folder.ts';
import { aKey, anAccount } from './world.ts';

const log = makeLog('silent');
const noMount = 'No file system of its own can be mounted by this user: nothing was tested.';

describe('a backup', () => {
  it('is refused by name where the disk has no room for it, and the store goes on', (context) =>
    withFolder(async (folder) => {
      const disk = makeSmallDisk(8);
      if (disk === null) return context.skip(noMount);
      const store = await openIn(folder, null);
      try {
        const backups = makeBackups({ store, clock: systemClock, log, folder: disk.folder });
        await assert.rejects(backups.start({ includeKey: false, keep: null }), (error: Error) => {
          assert.match(
            error.message,
            /needs 6\d\.\d MB of free space in .+, and there are 8\.\d MB\. Free space/,
          );
          return true;
        });
        assert.deepEqual(await readdir(disk.folder), []);
        await aWrite(store);
      } finally {
        await store.close();
        disk.remove();
      }
    }));

  it('that fills the disk up on the way fails in words and leaves nothing', (context) =>
    withFolder(async (folder) => {
      const disk = makeSmallDisk(8);
      if (disk === null) return context.skip(noMount);
      const store = await openIn(folder, null);
      try {
        await writeFile(path.join(disk.folder, 'ballast'), Buffer.alloc(8 * 1024 * 1024 - 65_536));
        await assert.rejects(store.backup(path.join(disk.folder, 'copy.db')), (error: Error) => {
          assert.ok(error instanceof StoreUnavailable);
          assert.match(
            error.message,
            /copy\.db cannot be written: .+\. Free space on its disk\. Nothing of it/,
          );
          return true;
        });
        assert.deepEqual(await readdir(disk.folder), ['ballast']);
        await aWrite(store);
        assert.equal(await store.backupProgress(), null);
        await store.backup(path.join(folder, 'elsewhere.db'));
      } finally {
        await store.close();
        disk.remove();
      }
    }));

  it('is one at a time, says how far it is, and is known by its file after a start', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder, null);
      const place = path.join(folder, 'backups');
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const slow: Store = {
        ...store,
        async backup(file) {
          await gate;
          return store.backup(file);
        },
      };
      const backups = makeBackups({ store: slow, clock: systemClock, log, folder: place });
      const asked = { includeKey: true, keep: null };
      const first = await backups.start(asked);
      await assert.rejects(backups.start(asked), { message: /A backup is being made already\. Wait/ });
      assert.equal((await backups.get(first.id)).state, 'running');
      assert.deepEqual(await readdir(place), []);
      open();
      let made = await backups.get(first.id);
      while (made.state === 'running') made = await backups.get(first.id);
      assert.equal(made.error, null);
      assert.equal(made.includedKey, `${made.path}.vault-key`);
      const later = makeBackups({ store, clock: systemClock, log, folder: place });
      assert.deepEqual(
        (await later.list()).map(({ id, state, bytes }) => ({ id, state, bytes })),
        [{ id: made.id, state: 'done', bytes: made.bytes }],
      );
      await rm(made.path);
      await assert.rejects(backups.get(made.id), { message: /There is no such backup/ });
      // Another may be made now; it is waited for, since the folder goes with the test.
      const { id } = await backups.start(asked);
      while ((await backups.get(id)).state === 'running');
      await store.close();
    }));

  it('is of one moment, which no write has begin anew', () =>
    withFolder(async (folder) => {
      await (await openIn(folder, null)).close();
      const filled = new DatabaseSync(path.join(folder, 'waybell.db'));
      filled.exec('create table ballast (bytes blob)');
      const insert = filled.prepare('insert into ballast values (randomblob(1048576))');
      for (let mebibyte = 0; mebibyte < 64; mebibyte++) insert.run();
      filled.close();
      const store = await openIn(folder, null);
      const file = path.join(folder, 'copy.db');
      let isMade = false;
      const made = store.backup(file).finally(() => {
        isMade = true;
      });
      for (let last = 0; !isMade; ) {
        await aWrite(store);
        const progress = (await store.backupProgress()) ?? 1;
        assert.ok(progress >= last, `it fell back from ${last} to ${progress}`);
        last = progress;
      }
      await made;
      checkBackup(file, { file, folder, keyFile: null });
      await store.close();
    }));

  it('is one file by itself, and opens with the key', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder, null);
      await aWrite(store);
      const file = path.join(folder, 'copy.db');
      const bytes = await store.backup(file);
      assert.deepEqual([...(await readFile(file)).subarray(18, 20)], [1, 1], 'no log belongs to it');
      const plan = await store.backupPlan();
      const checked = checkBackup(file, { file, folder, keyFile: null });
      assert.deepEqual(
        [checked.keyId, checked.schemaVersion, checked.bytes],
        [plan?.keyId, plan?.schemaVersion, bytes],
      );
      assert.equal(plan?.keyFile, path.join(folder, 'vault-key'));
      await store.close();
    }));

  it('that a process left unfinished is not taken for one, and names sort by time', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'waybell-backups-'));
    try {
      const at = (second: number) => backupFile(folder, Date.UTC(2026, 1, 3, 4, 5, second, 6), 'db').path;
      assert.equal(path.basename(at(7)), 'waybell-2026-02-03-04-05-07-006.db');
      for (const second of [9, 7, 8]) await writeFile(at(second), 'x');
      await writeFile(`${at(7)}.vault-key`, 'key');
      await writeFile(`${at(10)}.part`, 'x');
      await writeFile(path.join(folder, 'waybell.db'), 'x');
      await mkdir(path.join(folder, 'other'));
      assert.deepEqual(
        backupsIn(folder, 'db').map(({ startedAt }) => new Date(startedAt).toISOString()),
        ['07', '08', '09'].map((second) => `2026-02-03T04:05:${second}.006Z`),
      );
      assert.deepEqual(backupsIn(folder, 'dump'), []);
      assert.deepEqual(keepNewest(folder, 'db', 2), [at(7)]);
      assert.deepEqual(
        await readdir(folder),
        [
          'other',
          path.basename(at(8)),
          path.basename(at(9)),
          `${path.basename(at(10))}.part`,
          'waybell.db',
        ].toSorted(),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function aWrite(store: Store): Promise<void> {
  const account = anAccount();
  await store.insertAccount(account, aKey(account.id));
}
