/**
 * Decides what a webhook may call. A URL is judged without the network (`judgeUrl`), a name by every address it
 * resolves to (`resolveAndJudge`), a connection by the address it reached (`judgeAddress`); the words of a refusal are
 * the same when a webhook is made, tested and delivered, and they name the flag that would allow the address or that
 * denies it. What is denied stays so whatever is allowed.
 *
 * Judging a name proves nothing about the next look-up, so the door connects only to addresses of the very answer that
 * was judged. The one exception to the table of special addresses is this server's own built-in inbox.
 */
import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  makeNetworkSet,
  type Network,
  parseNetwork,
  readAddress,
  type SpecialNetwork,
  specialNetworkOf,
} from './addresses.ts';
import { codeOf, failureReason } from './failure.ts';
import { type Lookup, makeLookups } from './lookups.ts';
import { type Endpoint, hostOf, inboxEndpoint, isLocalhost, problemOf } from './url.ts';

export interface GuardOptions {
  /** CIDRs or addresses that webhooks may reach besides the public internet. */
  readonly allowNetworks: readonly string[];
  /** Those that they may not, for inside networks in public address space. */
  readonly denyNetworks: readonly string[];
  /** Where this server listens; null before it does. */
  readonly ownInbox: () => Endpoint | null;
  /** Resolves a name to all its addresses; the system's resolver where not given. */
  readonly lookup?: Lookup;
  /** Look-ups under way at a time: as many as the process has threads for. */
  readonly lookupSlots?: number;
}

export type UrlVerdict =
  | { readonly ok: true; readonly warning: string | null }
  | { readonly ok: false; readonly code: 'url_invalid' | 'url_refused'; readonly reason: string };

export type AddressVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type Resolution =
  | { readonly ok: true; readonly addresses: readonly LookupAddress[] }
  | { readonly ok: false; readonly code: string; readonly reason: string };

export interface Guard {
  /** Judges what the text alone shows. */
  judgeUrl(url: string): UrlVerdict;
  /**
   * `judgeUrl`, and then what the name resolves to now. A name that does not resolve yet is only warned about.
   * @param party whose look-up it is, see `resolveAndJudge`
   */
  judge(url: string, party: string): Promise<UrlVerdict>;
  judgeAddress(address: string): AddressVerdict;
  /**
   * All addresses of a name, or a refusal if any one of them may not be called. Never throws.
   * @param party whose look-up it is: one party's cannot take all there are, see `lookups.ts`
   */
  resolveAndJudge(hostname: string, party: string, signal?: AbortSignal): Promise<Resolution>;
  /** Where to connect for a URL of this server's own inbox; null for every other URL. */
  ownInboxOf(url: URL): Endpoint | null;
}

export const refusedAddress = 'REFUSED_ADDRESS';
/** What a person who creates a webhook waits for the look-up; the delivery judges again anyway. */
const judgeLookupMsMax = 2000;
/** What Node's four threads have room for: half of them may look names up (libuv). */
const lookupSlotsDefault = 2;
const readableWarning =
  'This endpoint is open on the internet over http, so bodies travel readable. Use https if the receiver can.';

/** @throws Error when a value of `allowNetworks` or `denyNetworks` is not a network */
export function makeGuard(options: GuardOptions): Guard {
  const { allowNetworks, denyNetworks, ownInbox, lookup = lookupAll } = options;
  const lookups = makeLookups(lookup, options.lookupSlots ?? lookupSlotsDefault);
  const allowed = makeNetworkSet(allowNetworks.map((text) => readNetwork('--allow-network', text)));
  const denied = denyNetworks.map((text) => ({
    cidr: text.trim(),
    set: makeNetworkSet([readNetwork('--deny-network', text)]),
  }));

  /** What keeps an address from being called; null when it may be called. */
  function barOf(address: string): Bar | null {
    const literal = readAddress(address);
    assert(literal !== null, 'only literal addresses are judged');
    const denial = denied.find(({ set }) => set.has(literal));
    if (denial !== undefined) return { kind: 'denied', cidr: denial.cidr };
    const special = allowed.has(literal) ? null : specialNetworkOf(literal);
    return special && { kind: 'special', ...special };
  }

  function judgeUrl(text: string): UrlVerdict {
    const problem = problemOf(text);
    if (problem !== null) return { ok: false, code: 'url_invalid', reason: problem };
    const url = new URL(text);
    if (ownInboxOf(url) !== null) return { ok: true, warning: null };
    const warning = url.protocol === 'http:' ? readableWarning : null;
    const host = hostOf(url);
    if (isLocalhost(host)) {
      const [bar, otherBar] = loopbacks.map(({ address }) => barOf(address));
      return bar && otherBar ? refusedUrl(refusal(host, bar)) : { ok: true, warning: null };
    }
    if (isIP(host) === 0) return { ok: true, warning };
    const bar = barOf(host);
    if (bar !== null) return refusedUrl(refusal(host, bar));
    // What is special and allowed all the same is not open on the internet.
    return { ok: true, warning: isSpecial(host) ? null : warning };
  }

  async function resolveAndJudge(hostname: string, party: string, signal?: AbortSignal): Promise<Resolution> {
    const name = hostname.replace(/\.$/, '');
    const answer = isLocalhost(name)
      ? { addresses: localAddresses() }
      : await resolve(hostname, party, signal);
    if ('code' in answer)
      return { ok: false, code: answer.code, reason: failureReason(answer.code, { host: name }) };
    for (const { address } of answer.addresses) {
      const bar = barOf(address);
      if (bar === null) continue;
      const subject = isLocalhost(name) ? name : `${name} resolves to an address that`;
      return { ok: false, code: refusedAddress, reason: refusal(subject, bar) };
    }
    return { ok: true, addresses: answer.addresses };
  }

  /** RFC 6761: localhost is loopback without asking. Where only one loopback is allowed, it is that one. */
  function localAddresses(): readonly LookupAddress[] {
    const open = loopbacks.filter(({ address }) => barOf(address) === null);
    return open.length > 0 ? open : loopbacks;
  }

  async function resolve(
    hostname: string,
    party: string,
    signal?: AbortSignal,
  ): Promise<{ addresses: readonly LookupAddress[] } | { code: string }> {
    try {
      const addresses = await lookups.lookup(party, hostname, signal);
      return addresses.length > 0 ? { addresses } : { code: 'ENOTFOUND' };
    } catch (error) {
      return { code: codeOf(error) };
    }
  }

  function ownInboxOf(url: URL): Endpoint | null {
    const own = ownInbox();
    return own === null ? null : inboxEndpoint(url, own);
  }

  return {
    judgeUrl,
    async judge(text, party) {
      const verdict = judgeUrl(text);
      if (!verdict.ok) return verdict;
      const url = new URL(text);
      const host = hostOf(url);
      if (isIP(host) !== 0 || isLocalhost(host)) return verdict;
      const resolution = await within(judgeLookupMsMax, (signal) => resolveAndJudge(host, party, signal));
      if (resolution === null) return verdict;
      if (resolution.ok) {
        const isInside = resolution.addresses.every(({ address }) => isSpecial(address));
        return isInside ? { ok: true, warning: null } : verdict;
      }
      if (resolution.code === refusedAddress) return refusedUrl(resolution.reason);
      if (resolution.code !== 'ENOTFOUND') return verdict;
      return { ok: true, warning: [verdict.warning, resolution.reason].filter(Boolean).join(' ') };
    },
    judgeAddress(address) {
      const bar = barOf(address);
      return bar === null ? { ok: true } : { ok: false, reason: refusal(address, bar) };
    },
    resolveAndJudge,
    ownInboxOf,
  };
}

const loopbacks: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

type Bar =
  | ({ readonly kind: 'special' } & SpecialNetwork)
  | { readonly kind: 'denied'; readonly cidr: string };

function readNetwork(flag: string, text: string): Network {
  try {
    return parseNetwork(text);
  } catch (error) {
    throw new Error(`${flag}: ${(error as Error).message}`, { cause: error });
  }
}

function isSpecial(address: string): boolean {
  const literal = readAddress(address);
  return literal !== null && specialNetworkOf(literal) !== null;
}

function lookupAll(hostname: string): Promise<LookupAddress[]> {
  return systemLookup(hostname, { all: true, order: 'verbatim' });
}

function refusal(subject: string, bar: Bar): string {
  if (bar.kind === 'denied')
    return `${subject} is in ${bar.cidr}, a network that this server may not call (--deny-network). Use an address outside it.`;
  const { what, cidr, source } = bar;
  return `${subject} is ${what} (${cidr}, ${source}). Start the server with --allow-network ${cidr} to allow it.`;
}

function refusedUrl(reason: string): UrlVerdict {
  return { ok: false, code: 'url_refused', reason };
}

/** Null where it takes longer; the signal tells that nobody waits any more. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, ms, null);
  const end = new AbortController();
  try {
    return await Promise.race([work(end.signal), late]);
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}
