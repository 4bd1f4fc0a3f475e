/** Backups of a store in use. */

export interface BackupStore {
  /** What a backup would be; null: those of this store are made with its server's own tools, see `waybell backup`. */
  backupPlan(): Promise<BackupPlan | null>;
  /**
   * Writes all that the store holds at one moment after the call into one file, which has its name (an absolute path) only
   * once it is whole and synced. Writes go on meanwhile. One at a time. Gives the bytes of the file.
   * @throws StoreUnavailable where there is no room or the file cannot be written; nothing is left behind then
   */
  backup(file: string): Promise<number>;
  /** How much of the one under way is copied, 0 to 1; null: none is. */
  backupProgress(): Promise<number | null>;
}

export interface BackupPlan {
  /** That it will take, nearly. */
  readonly bytes: number;
  readonly schemaVersion: number;
  /** Of the key that opens the secrets in it. */
  readonly keyId: string;
  /** Where that key lies, an absolute path; null: it came from elsewhere. */
  readonly keyFile: string | null;
}
