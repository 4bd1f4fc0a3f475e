/** Backups of the whole store, for the operator's key. Answers may have more members than are named here. */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';

export function makeBackups({ get, post, list }: Calls) {
  return {
    /** Begins one and answers at once; `get` says how far it is. */
    start: (draft: BackupDraft = {}, write?: WriteOptions) => post<Backup>('/api/v1/backups', draft, write),
    /** Oldest first. */
    list: (query?: Query) => list<Backup>('/api/v1/backups', query),
    get: (id: string) => get<Backup>(one('backups', id)),
  };
}

export interface BackupDraft {
  /** Whether to put the key of its secrets beside it. */
  include_key?: boolean;
  /** How many backups to keep once this one is whole, it included; else all. */
  keep?: number;
}

export interface Backup {
  id: string;
  state: 'running' | 'done' | 'failed';
  /** On the server's machine. */
  path: string;
  /** 0 to 1. */
  progress: number;
  bytes: number | null;
  /** These are null for one that was made before the server's last start. */
  seconds: number | null;
  schema_version: number | null;
  key_path: string | null;
  key_id: string | null;
  /** Whether the key of its secrets lies beside it. */
  key_included: boolean;
  /** Older ones that gave way to it. */
  removed: string[];
  error: string | null;
  started_at: string;
}
