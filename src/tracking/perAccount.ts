/**
 * What is remembered of accounts' lists, so many entries in all: where there would be more, whoever has most of them gives up the
 * one used longest ago. So nobody loses anything by how much another asks for. Keys are kept as digests: what a caller
 * says may be long.
 */
import { hash } from 'node:crypto';
import type { AccountId } from '../domain/account.ts';

export interface PerAccount<Value> {
  get(accountId: AccountId, key: string): Value | undefined;
  set(accountId: AccountId, key: string, value: Value): void;
}

export function makePerAccount<Value>(entriesMax: number): PerAccount<Value> {
  const accounts = new Map<AccountId, Map<string, Value>>();
  let total = 0;

  function dropOne(): void {
    let most: [accountId: AccountId, entries: Map<string, Value>] | null = null;
    for (const one of accounts) if (most === null || one[1].size > most[1].size) most = one;
    if (most === null) return;
    const [accountId, entries] = most;
    const [oldest] = entries.keys();
    entries.delete(oldest as string);
    total--;
    if (entries.size === 0) accounts.delete(accountId);
  }

  return {
    get(accountId, key) {
      const entries = accounts.get(accountId);
      const digest = digestOf(key);
      const value = entries?.get(digest);
      if (entries === undefined || value === undefined) return undefined;
      // In the order of their last use.
      entries.delete(digest);
      entries.set(digest, value);
      return value;
    },
    set(accountId, key, value) {
      const entries = accounts.get(accountId) ?? new Map<string, Value>();
      accounts.set(accountId, entries);
      const digest = digestOf(key);
      if (!entries.delete(digest)) total++;
      entries.set(digest, value);
      while (total > entriesMax) dropOne();
    },
  };
}

function digestOf(key: string): string {
  return hash('sha256', key);
}
