/**
 * Who is signed in: a member by the cookie, or whoever typed an API key in, which stands for its account and for no member.
 * Asked once when the page is loaded; null is nobody.
 */
import { queryOptions, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignedIn } from '../../../src/sdk/session.ts';
import { call, hasApiKey, setApiKey } from '../api/call.ts';
import { Refusal } from '../api/refusal.ts';
import { speak } from '../i18n/i18n.ts';

export type Session = SignedIn;
export type Member = NonNullable<SignedIn['member']>;

/** Null: nobody is signed in. @throws Refusal where the server does not say */
export async function askSession(): Promise<Session | null> {
  try {
    const session = await call<Session>('GET', '/session');
    await speak(session.member?.language ?? null);
    return session;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unauthenticated') return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: askSession,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

/** Whether a page that is open was refused, being nobody's any more. Not asked: it is told by whatever was refused. */
export const sessionEnded = queryOptions({
  queryKey: ['sessionEnded'],
  queryFn: skipToken,
  initialData: false,
  staleTime: Number.POSITIVE_INFINITY,
});

export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** In which times are shown and typed. */
export function useTimeZone(): string {
  return useSession()?.account.time_zone ?? 'UTC';
}

/** Whether the reader may change things here. */
export function useMayWrite(): boolean {
  return useSession()?.role !== 'read-only';
}

/** Whether the reader may see keys and change what is of the whole account. */
export function useIsOwner(): boolean {
  return useSession()?.role === 'owner';
}

/** Where the server's own page takes email and password; it leads back. */
export function signInAddress(to: string): string {
  return to === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ to })}`;
}

/** Of the address of the page that takes a key: where it leads then, only within the console. */
export function readDestination({ to }: Record<string, unknown>): { to?: string } {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {};
}

/** @throws Refusal `unauthenticated`, and then the key is forgotten */
export async function signInWithKey(key: string): Promise<void> {
  setApiKey(key);
  try {
    await call('GET', '/session');
  } catch (error) {
    setApiKey(null);
    throw error;
  }
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    if (hasApiKey()) setApiKey(null);
    else await call('DELETE', '/session');
    queries.clear();
  };
}
