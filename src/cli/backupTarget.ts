/** What `waybell backup` is told, and where it may put a backup that is given a name. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ConnectFlags, UsageError } from './connect.ts';

export interface BackupFlags extends ConnectFlags {
  readonly keep?: number;
  readonly includeKey?: boolean;
  readonly database?: string;
}

/** @throws UsageError where a backup cannot be put there, before one is made */
export function freeTarget(file: string, { keep }: BackupFlags): string {
  const target = path.resolve(file);
  if (keep !== undefined)
    throw new UsageError('--keep counts the backups in the data directory. Leave out FILE, or --keep.');
  if (existsSync(target))
    throw new UsageError(`${file} is there already. Name another file, or move that one away.`);
  if (!statSync(path.dirname(target), { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no folder ${path.dirname(target)}. Make it, or name another file.`);
  return target;
}
