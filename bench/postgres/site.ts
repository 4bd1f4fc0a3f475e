/** Waybell as it runs somewhere: one process on its file, or several on one PostgreSQL, with one webhook to the receiver. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../contestants/scenario.ts';
import { type Server, startContestant, startServer, stopServer } from '../servers.ts';

/** The key of the account that the first start makes. */
export const apiKey = 'bench-key-of-the-account';

/** One for all processes and starts on a database. */
const vaultKey = randomBytes(32).toString('base64');

export interface Site {
  readonly servers: readonly Server[];
  readonly key: string;
}

export interface SiteOptions {
  /** The receiver's URL. */
  readonly target: string;
  readonly processes: number;
  /** URL of the database; null: each has its file. */
  readonly database: string | null;
}

/** Starts the processes, each with a folder of its own, and stops them when that is done. */
export async function withSite<T>(options: SiteOptions, run: (site: Site) => Promise<T>): Promise<T> {
  return withFolders(options.processes, async (folders) => {
    const plans = folders.map((folder) => planOf(options, folder));
    const servers: Server[] = [];
    try {
      // The first makes account and webhook, which the others find.
      servers.push(await startServer(plans[0] as Plan));
      servers.push(...(await Promise.all(plans.slice(1).map(startServer))));
      return await run({ servers, key: apiKey });
    } finally {
      await Promise.all(servers.map(stopServer));
    }
  });
}

/** The same of a floor, which keeps nothing. */
export async function withFloor<T>(target: string, run: (site: Site) => Promise<T>): Promise<T> {
  return withFolders(1, async ([folder = '']) => {
    const server = await startContestant('floor.ts', [target, folder]);
    try {
      return await run({ servers: [server], key: server.key });
    } finally {
      await stopServer(server);
    }
  });
}

function planOf({ target, database }: SiteOptions, folder: string): Plan {
  return {
    folder,
    keys: [apiKey],
    webhooks: [{ account: 0, url: target, version: 'v2', enabled: true }],
    ...(database === null ? {} : { database: { url: database, vaultKey } }),
  };
}

async function withFolders<T>(count: number, run: (folders: readonly string[]) => Promise<T>): Promise<T> {
  const folders = Array.from({ length: count }, () =>
    mkdtempSync(path.join(import.meta.dirname, '../../data-bench-')),
  );
  try {
    return await run(folders);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}
