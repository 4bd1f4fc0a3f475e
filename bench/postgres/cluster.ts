/**
 * A PostgreSQL for the length of a run, with its data on the disk that the bench's other data lies on. It keeps what it has
 * acknowledged, as one in service does: nothing is switched off, and room is given as to a server that shares a machine.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, startCluster } from '../../test/support/postgres.ts';

export const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  maintenance_work_mem: '512MB',
  max_connections: 300,
} as const;

export const settingsNote = Object.entries(settings)
  .map(([name, value]) => `${name} ${value}`)
  .join(', ');

/** Runs something on a new server, and removes it with its data. */
export async function withCluster(run: (cluster: Cluster) => Promise<void>): Promise<void> {
  const dataFolder = mkdtempSync(path.join(import.meta.dirname, '../../data-bench-pg-'));
  let cluster: Cluster | null = null;
  const remove = () => {
    // Again where the server, as it ends, took away a file that was about to be removed: that ends one removal early.
    for (let tries = 0; existsSync(dataFolder) && tries < 20; tries++)
      rmSync(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  // Before the server's own, which end this process: a run that is broken off leaves nothing behind.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      if (cluster !== null) process.kill(cluster.pid, 'SIGQUIT');
      remove();
    });
  }
  try {
    cluster = await startCluster({ settings, dataFolder });
    await run(cluster);
  } finally {
    await cluster?.stop();
    remove();
  }
}

/** Runs something on a new, empty database, and removes it. */
export async function withDatabase<T>(cluster: Cluster, run: (url: string) => Promise<T>): Promise<T> {
  const url = await cluster.create();
  try {
    return await run(url);
  } finally {
    await cluster.drop(url);
  }
}
