import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { backupFile, isBackup, readyBackupFolder } from './backupFile.ts';

const now = Date.UTC(2026, 10, 28, 12);
const hourMs = 3_600_000;

test('what was never finished is taken away, but for the draft of a dump that may go on', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-drafts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = (kind: 'db' | 'dump', startedAt: number, writtenAt: number, beside = '') => {
    const file = `${backupFile(folder, startedAt, kind).path}.part${beside}`;
    writeFileSync(file, '');
    utimesSync(file, writtenAt / 1000, writtenAt / 1000);
    return path.basename(file);
  };
  const copy = put('db', now - hourMs, now);
  const goesOn = put('dump', now - 3 * hourMs, now - 1000);
  put('dump', now - 4 * hourMs, now - 2 * hourMs);
  put('dump', now - 5 * hourMs, now - 2 * hourMs, '-ca');
  readyBackupFolder(folder, 'dump', now);
  assert.deepEqual(readdirSync(folder).sort(), [goesOn, copy].sort());
  readyBackupFolder(folder, 'db', now);
  assert.deepEqual(readdirSync(folder), [goesOn]);
});

test('a path is taken for a backup by its name and folder alone', () => {
  const { path: file } = backupFile('/srv/waybell/backups', now, 'db');
  const taken = [
    file,
    '/home/anna/precious',
    file.replace('backups', 'papers'),
    `${file}.vault-key`,
    `.${file}`,
  ];
  assert.deepEqual(taken.map(isBackup), [true, false, false, false, false]);
});
