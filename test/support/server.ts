/**
 * The whole application over a temporary folder on a free port, with a real client: `withServer` starts it, hands over
 * a caller for every role of two accounts and for the operator, and stops it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Accounts } from '../../src/accounts/accounts.ts';
import type { Members } from '../../src/accounts/members.ts';
import { type AppOptions, startApp } from '../../src/app.ts';
import type { Config, DatabaseConfig } from '../../src/config/config.ts';
import { PROCESS_ROLES } from '../../src/config/settings.ts';
import { type Account, ROLES, type Role } from '../../src/domain/account.ts';
import type { Inbox } from '../../src/inbox/inbox.ts';
import type { Store } from '../../src/store/store.ts';
import type { Ingest } from '../../src/tracking/ingest.ts';
import type { Sender } from '../../src/webhooks/sender.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is not. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever members they expect
  readonly json: any;
}

export interface Said {
  readonly headers?: Record<string, string>;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
}

/** Asks with one key. Paths are below `/api/v1` unless they begin with another slash: `//healthz`. */
export interface Caller {
  (method: string, path: string, said?: Said): Promise<Answer>;
  readonly key: string;
}

export interface Tenant extends Record<Role, Caller> {
  readonly account: Account;
}

export interface TestServer {
  readonly url: string;
  readonly store: Store;
  readonly ingest: Ingest;
  readonly accounts: Accounts;
  readonly members: Members;
  readonly inbox: Inbox;
  readonly sender: Sender;
  readonly anna: Tenant;
  readonly bela: Tenant;
  readonly operator: Caller;
  readonly nobody: Caller;
}

export async function withServer(
  run: (server: TestServer) => Promise<void>,
  options: AppOptions = {},
  config: Partial<Config> = {},
): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-api-'));
  try {
    const app = await startApp({ ...testConfig, ...config, data }, { hashCost: cheapHash, ...options });
    try {
      const { url, store, ingest, accounts, members, inbox, sender, first } = app;
      const { account, key } = first as NonNullable<typeof first>;
      const other = await accounts.create({ signingEmail: 'bela@shop.example', timeZone: 'Asia/Tokyo' });
      await run({
        url,
        store,
        ingest,
        accounts,
        members,
        inbox,
        sender,
        anna: await makeTenant(url, accounts, { account, key }),
        bela: await makeTenant(url, accounts, other),
        operator: callerOf(url, (await readFile(path.join(data, 'operator-key'), 'utf8')).trim()),
        nobody: callerOf(url, ''),
      });
    } finally {
      await app.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** As little as argon2 takes. */
export const cheapHash = { memoryKiB: 8, passes: 1 };

/** Receivers of tests are on this machine. */
export const testConfig = {
  database: null,
  roles: PROCESS_ROLES,
  leaseSeconds: 20,
  operatorKey: null,
  host: '127.0.0.1',
  port: 0,
  allowNetworks: ['127.0.0.0/8'],
  denyNetworks: [],
  ca: [],
  clientCert: null,
  clientKey: null,
  proxy: null,
  mail: null,
  publicUrl: null,
  trustProxy: false,
  logLevel: 'silent',
  webhooksPerAccount: 4,
  drainSeconds: 1,
  retentionDays: 30,
  trackingRetentionDays: null,
  trackingmoreRateLimits: false,
  first: {
    email: 'anna@shop.example',
    password: null,
    apiKey: null,
    timeZone: 'Europe/Stockholm',
    webhookSecret: null,
  },
} as const;

/** For `config`: the server's store is this PostgreSQL. */
export function databaseAt(url: string): DatabaseConfig {
  return {
    url,
    directUrl: null,
    connections: 14,
    name: 'test',
    vaultKey: Buffer.from('a key of 32 bytes, for tests only'.slice(0, 32)),
  };
}

async function makeTenant(
  url: string,
  accounts: Accounts,
  { account, key }: { account: Account; key: string },
): Promise<Tenant> {
  const callers = { owner: callerOf(url, key) } as Record<Role, Caller>;
  for (const role of ROLES.filter((other) => other !== 'owner')) {
    callers[role] = callerOf(url, (await accounts.createKey(account.id, { name: role, role })).key);
  }
  return { account, ...callers };
}

export function callerOf(url: string, key: string): Caller {
  const call = async (method: string, path: string, { headers = {}, body }: Said = {}): Promise<Answer> => {
    const response = await fetch(path.startsWith('//') ? `${url}${path.slice(1)}` : `${url}/api/v1${path}`, {
      method,
      headers: {
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
  };
  return Object.assign(call, { key });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
