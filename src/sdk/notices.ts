/** Notices by mail, of the member who is signed in. Answers may have more members than are named here. */
import type { Calls } from './calls.ts';
import type { Status } from './status.ts';
import type { OperationalEventType } from './webhooks.ts';

/** The calls of `/api/v1/notices`: for a page of the console, since an API key is nobody who reads mail. */
export function makeNotices({ get, post, patch }: Calls) {
  return {
    get: () => get<Notices>('/api/v1/notices'),
    update: (changes: NoticesChanges) => patch<Notices>('/api/v1/notices', changes),
    /** Sends one now. */
    test: () => post<NoticeTest>('/api/v1/notices/test'),
  };
}

export interface Notices {
  /** Whether this server sends mail at all. */
  mail: boolean;
  /** Where they go. */
  email: string;
  operational: OperationalEventType[];
  /** Of parcels: told when one comes into such a status. */
  statuses: Status[];
  /** Nothing is told, and what was chosen stays. */
  paused: boolean;
}

export type NoticesChanges = Partial<Pick<Notices, 'operational' | 'statuses' | 'paused'>>;

export interface NoticeTest {
  accepted: boolean;
  /** One sentence. */
  reason: string;
  /** The mail server's words; null: it said nothing. */
  answer: string | null;
}
