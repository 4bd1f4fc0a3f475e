/** Data directories of the embedded store's tests, each in a temporary folder of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { Opened } from './store.ts';

export const testKey = Buffer.alloc(32, 'key 7');

export async function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'waybell-store-'));
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await newFolder();
  try {
    await run(folder);
  } finally {
    await removeFolder(folder);
  }
}

export function openIn(folder: string, key: Buffer | null = testKey): Promise<Store> {
  return openSqliteStore({ folder, key });
}

export async function openTemporary(): Promise<Opened> {
  const folder = await newFolder();
  let store = await openIn(folder);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openIn(folder);
      return store;
    },
    async close() {
      await store.close();
      await removeFolder(folder);
    },
  };
}

/**
 * Which of the texts are in clear somewhere in the folder's files. Another process reads them: a process that closes a
 * file gives up all its locks on it, and SQLite holds some.
 */
export function foundInClear(folder: string, texts: readonly string[]): readonly string[] {
  const script = `
    const { readdirSync, readFileSync } = require('node:fs');
    const [folder, ...texts] = process.argv.slice(1);
    const files = readdirSync(folder).filter((name) => name.startsWith('waybell.db'));
    const found = files.map((name) => readFileSync(folder + '/' + name));
    console.log(JSON.stringify(texts.filter((text) => found.some((bytes) => bytes.includes(text)))));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script, folder, ...texts], { encoding: 'utf8' }));
}
