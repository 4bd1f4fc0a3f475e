/**
 * When API keys were last used. A request only notes it in memory; what was noted is written every few minutes, all keys
 * together, and each at most once then, however often it was used. A crash loses those minutes. Each process knows its own
 * uses at once, and those of others when they are written: the newest one counts.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ApiKey } from '../domain/account.ts';
import type { AccountStore, KeyUse } from '../store/store.ts';

export interface KeyUses {
  used(key: Pick<ApiKey, 'accountId' | 'id'>): void;
  /** The later of what the key says, as it was read, and what is noted here. */
  lastUsedAt(key: ApiKey): number | null;
  start(): void;
  /** Writes what was noted since; where that fails it is kept for the next time. */
  write(): Promise<void>;
  /** Writes once more and ends. */
  stop(): Promise<void>;
}

const writeEveryMs = 5 * 60_000;

/** In one transaction. */
const keysAtOnce = 500;

export function makeKeyUses({
  store,
  clock,
  log,
}: {
  store: Pick<AccountStore, 'touchKeys'>;
  clock: Clock;
  log: Log;
}): KeyUses {
  let noted = new Map<ApiKey['id'], KeyUse>();
  let timer: NodeJS.Timeout | null = null;

  async function write(): Promise<void> {
    const uses = [...noted.values()];
    noted = new Map();
    try {
      while (uses.length > 0) {
        await store.touchKeys(uses.slice(0, keysAtOnce));
        uses.splice(0, keysAtOnce);
      }
    } catch (error) {
      for (const use of uses) if (!noted.has(use.id)) noted.set(use.id, use);
      log.warn({ err: error }, 'when keys were last used is written later');
    }
  }

  return {
    used({ accountId, id }) {
      noted.set(id, { accountId, id, lastUsedAt: clock.now() });
    },
    lastUsedAt(key) {
      const at = Math.max(key.lastUsedAt ?? 0, noted.get(key.id)?.lastUsedAt ?? 0);
      return at === 0 ? null : at;
    },
    start() {
      timer = setInterval(() => void write(), writeEveryMs);
      timer.unref();
    },
    write,
    stop() {
      if (timer !== null) clearInterval(timer);
      return write();
    },
  };
}
