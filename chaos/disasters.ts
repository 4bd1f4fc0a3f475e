/** What befalls the server besides being killed: the disk fills up, the clock is set, and people handle its webhooks. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChildServer } from '../test/support/childServer.ts';
import { listed } from './account.ts';

export interface SmallDisk {
  readonly folder: string;
  /** Fills it to the last byte for a while. */
  fill(ms: number): Promise<void>;
  remove(): void;
}

const mebibyte = Buffer.alloc(1024 * 1024);

/** A file system of its own with so many MiB; null where this user may not mount one. */
export function makeSmallDisk(sizeMiB: number): SmallDisk | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-chaos-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = path.join(folder, 'ballast');
  return {
    folder,
    async fill(ms) {
      try {
        for (;;) appendFileSync(ballast, mebibyte);
      } catch {
        // Full, with what was written of the last piece. Byte by byte to the end:
        for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
          try {
            for (;;) appendFileSync(ballast, mebibyte.subarray(0, size));
          } catch {}
        }
      }
      await pause(ms);
      rmSync(ballast, { force: true });
    },
    remove() {
      execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function setClock(file: string, offsetMs: number): void {
  writeFileSync(file, String(offsetMs));
}

/** Disables a webhook for a moment, as a person would, and puts back what was parked by it. */
export async function silence(
  server: ChildServer,
  webhookId: string,
  ms: number,
  apart: Set<string>,
): Promise<void> {
  await server.call('POST', `/webhooks/${webhookId}/disable`);
  await pause(ms);
  await recover(server, webhookId, apart);
}

/** Enables it if need be and puts back all that is parked; how many those were. */
export async function recover(server: ChildServer, webhookId: string, apart: Set<string>): Promise<number> {
  await server.call('POST', `/webhooks/${webhookId}/enable`);
  for await (const { id } of listed(server, `/deliveries?webhook_id=${webhookId}&state=parked&`))
    apart.add(id);
  const body = { since: '2000-01-01T00:00:00Z' };
  const { json } = await server.call('POST', `/webhooks/${webhookId}/recover`, { body });
  return json.count ?? 0;
}

/** Sends the newest delivery of a webhook once more, whatever its state. */
export async function redeliver(server: ChildServer, webhookId: string, apart: Set<string>): Promise<void> {
  const { json } = await server.call('GET', `/deliveries?webhook_id=${webhookId}&limit=1`);
  const newest = json.data[0];
  if (newest === undefined) return;
  apart.add(newest.id);
  await server.call('POST', `/deliveries/${newest.id}/redeliver`);
}
