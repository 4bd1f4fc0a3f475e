/**
 * What a URL means for a request: where to, which path, which credentials, and whether it may be called. Webhooks send to
 * the same few URLs all the time, so an answer that cannot change is kept.
 */
import type { Guard, UrlVerdict } from './guard.ts';
import { basicOf, type Endpoint } from './url.ts';

export interface Target {
  readonly ok: true;
  readonly origin: string;
  /** Tells pools of one key apart: the own inbox never shares a connection with anything else. */
  readonly poolName: string;
  /** Path and query. */
  readonly path: string;
  /** Host and port, for people. */
  readonly host: string;
  /** Basic credentials of the URL's user and password. */
  readonly authorization: string | null;
  /** Where this server's own inbox is, if the URL is one of it. */
  readonly inbox: Endpoint | null;
}

export interface Targets {
  of(url: string): Target | Extract<UrlVerdict, { ok: false }>;
}

const keptMax = 5000;

export function makeTargets(guard: Pick<Guard, 'judgeUrl' | 'ownInboxOf'>): Targets {
  const kept = new Map<string, Target>();
  return {
    of(url) {
      const known = kept.get(url);
      if (known !== undefined) return known;
      const verdict = guard.judgeUrl(url);
      if (!verdict.ok) return verdict;
      const parsed = new URL(url);
      const target = targetOf(parsed, guard.ownInboxOf(parsed));
      if (kept.size >= keptMax) kept.clear();
      // The own address becomes known when the server listens; before that no URL is an inbox, so none is kept by mistake.
      kept.set(url, target);
      return target;
    },
  };
}

function targetOf(url: URL, inbox: Endpoint | null): Target {
  return {
    ok: true,
    origin: url.origin,
    poolName: inbox === null ? url.origin : `${url.origin} inbox`,
    path: url.pathname + url.search,
    host: url.host,
    authorization: basicOf(url),
    inbox,
  };
}
