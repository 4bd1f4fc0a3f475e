/**
 * What processes tell each other at once, by LISTEN and NOTIFY on a connection of its own. Nothing depends on it: whatever it
 * tells stands in a table, which is looked at now and then. Through a pooler none would
 * come, and whatever is between may swallow them: so this listens to itself, and signals come through as long as its own do.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SignalStore } from '../store.ts';
import { connectDirectly } from './connection.ts';
import type { Database } from './database.ts';

const channel = 'waybell';
const notify = 'select pg_notify($1, $2)';
const ownPrefix = 'own:';

const checkMs = 10_000;
/** A signal of our own that takes longer than this is lost. */
const ownMsMax = 3000;
const retryMs = 2000;

export interface Signals extends SignalStore {
  close(): Promise<void>;
}

/** @param url a direct connection to the server, where there is a pooler */
export function makeSignals(database: Database, url: string): Signals {
  const own = `${ownPrefix}${crypto.randomUUID()}`;
  const closing = new AbortController();
  const listeners: ((text: string | null) => void)[] = [];
  let comesThrough = false;
  let listening: Promise<void> | null = null;
  let onOwn: () => void = () => {};

  function heard(text: string | null): void {
    for (const listener of listeners) listener(text);
  }

  const signal = async (text: string): Promise<void> => {
    await database.write((session) => session.run(notify, [channel, text]));
  };

  /** Listens for as long as the connection lasts and our own signals come. */
  async function listen(): Promise<void> {
    const client = await connectDirectly(url);
    const ended = new AbortController();
    const end = () => ended.abort();
    client.on('end', end);
    client.on('notification', ({ payload = '' }) => {
      if (payload === own) onOwn();
      else if (!payload.startsWith(ownPrefix)) heard(payload);
    });
    try {
      await client.query(`listen ${channel}`);
      const until = AbortSignal.any([closing.signal, ended.signal]);
      while (!until.aborted) {
        const came = new Promise<true>((resolve) => {
          onOwn = () => resolve(true);
        });
        await signal(own);
        const isHeard = await Promise.race([came, pause(ownMsMax, false, { ref: false, signal: until })]);
        if (isHeard && !comesThrough) heard(null);
        comesThrough = isHeard;
        if (!isHeard) return;
        await pause(checkMs, undefined, { ref: false, signal: until });
      }
    } finally {
      comesThrough = false;
      await client.end().catch(() => {});
    }
  }

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      // Whatever is wrong with it the tables are looked at; of a database that is away others complain.
      await listen().catch(() => {});
      await pause(retryMs, undefined, { ref: false, signal: closing.signal }).catch(() => {});
    }
  }

  return {
    signal,
    onSignal(listener) {
      listeners.push(listener);
      listening ??= keepListening();
    },
    hearsSignals: () => comesThrough,
    async close() {
      closing.abort();
      await listening;
    },
  };
}
