/** Who is signed in, and where: the shapes of `/api/v1/session`, which is for browsers and takes no API key but to look. */
import type { Role } from './keys.ts';

export interface MemberSession {
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
  browser: string;
  address: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

export interface SignedIn {
  /** Null: a key asks. */
  member: {
    id: string;
    email: string;
    name: string | null;
    role: Role;
    language: string | null;
  } | null;
  /** Of the member, or of the key. */
  role: Role;
  account: { id: string; time_zone: string; signing_email: string };
}
