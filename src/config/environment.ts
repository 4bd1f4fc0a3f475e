/** What else the environment says: to the commands of a running server, to Node, and to the programs that are started for a command. */
import { FIRST_ACCOUNT_VARIABLES, SETTINGS } from './settings.ts';

/** Where commands find the server and the key: the environment's, else what the data directory says. */
export function readClientConfig(environment: NodeJS.ProcessEnv = process.env): {
  readonly url: string;
  readonly apiKey: string | null;
  readonly data: string;
  /** PostgreSQL itself, not a pooler; null: the store is not said to be one. */
  readonly database: string | null;
} {
  const host = environment[SETTINGS.host.variable] || '127.0.0.1';
  const port = environment[SETTINGS.port.variable] || '8080';
  return {
    url: environment[SETTINGS.publicUrl.variable] || `http://${host}:${port}`,
    apiKey: environment[FIRST_ACCOUNT_VARIABLES.apiKey] || null,
    data: environment[SETTINGS.data.variable] || './data',
    database:
      environment[SETTINGS.databaseDirect.variable] || environment[SETTINGS.database.variable] || null,
  };
}

/** What a program that is started for a command gets to see: all but our own settings, some of which are secrets. */
export function environmentOfChildren(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('WAYBELL_')));
}

/** Idle ones cost an address range and some kilobytes. */
const threadsDefault = 64;

/**
 * Widens the pool of threads that Node looks names up with, unless the operator has said how many there are to be. It
 * works before anything has used that pool. Returns how many look-ups may be under way: libuv gives them half of
 * the threads, and one is left to what is looked up for ourselves (the proxy).
 */
export function widenThreads(environment: NodeJS.ProcessEnv = process.env): number {
  environment.UV_THREADPOOL_SIZE ??= String(threadsDefault);
  const threads = Number.parseInt(environment.UV_THREADPOOL_SIZE, 10) || 4;
  return Math.max(2, Math.floor((threads + 1) / 2) - 1);
}
