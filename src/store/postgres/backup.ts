/** Backups of the scale-out store: its server makes none, since where it runs there need be no `pg_dump`. See `dump.ts`. */
import type { BackupStore } from '../store.ts';

export const noBackups: BackupStore = {
  backupPlan: async () => null,
  async backup() {
    throw new Error('A database is backed up by `waybell backup --database URL`.');
  },
  backupProgress: async () => null,
};
