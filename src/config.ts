/**
 * Settings: the one place that reads the environment. Each is a flag of `waybell serve`, a variable and a key of one JSON
 * file, in that order of precedence; the table here is the list, `docs/reference/settings.md` tells it in words.
 */
import { readFileSync } from 'node:fs';
import { LOG_LEVELS, type LogLevel } from './base/log.ts';
import { limits } from './domain/limits.ts';

/** As in package.json; a test holds the two together. */
export const VERSION = '0.1.0';

export interface Config {
  /** Data directory. */
  readonly data: string;
  /** PostgreSQL as the store; null: a file in the data directory. */
  readonly database: DatabaseConfig | null;
  /** What this process does of what there is to be done. */
  readonly roles: readonly ProcessRole[];
  /** How long what a process works on stays its own when it is not heard of. */
  readonly leaseSeconds: number;
  readonly host: string;
  readonly port: number;
  /** Networks in CIDR form that webhooks may reach besides the public internet. */
  readonly allowNetworks: readonly string[];
  /** Networks that webhooks may not reach, whatever is allowed. */
  readonly denyNetworks: readonly string[];
  /** PEM files of certificate authorities that receivers and proxy may have besides the system's. */
  readonly ca: readonly string[];
  /** PEM files of what receivers are shown that ask for a certificate. */
  readonly clientCert: string | null;
  readonly clientKey: string | null;
  /** URL of the HTTP proxy that requests to receivers go through. */
  readonly proxy: string | null;
  /** Where the server is reached from outside; null: its own address. */
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
  readonly logLevel: LogLevel;
  readonly webhooksPerAccount: number;
  /** What a stop waits for requests under way, seconds. */
  readonly drainSeconds: number;
  /** How long settled events with their deliveries and attempts are kept. */
  readonly retentionDays: number;
  /** How long trackings that are over are kept since their last news; null: for ever. */
  readonly trackingRetentionDays: number | null;
  /** Whether TrackingMore's API refuses more requests a second than TrackingMore takes. */
  readonly trackingmoreRateLimits: boolean;
  /** Null: a file of the data directory. */
  readonly operatorKey: string | null;
  /** The first account's, where the operator gives them. */
  readonly first: FirstAccount;
}

export interface DatabaseConfig {
  readonly url: string;
  /** The same database, where `url` leads through a pooler: for what needs the server itself; null: `url` does. */
  readonly directUrl: string | null;
  /** How many connections a process opens at most. */
  readonly connections: number;
  /** Host and database, for people: without user and password. */
  readonly name: string;
  /** Of 32 bytes: seals the secrets in it. */
  readonly vaultKey: Buffer;
}

export interface FirstAccount {
  readonly email: string | null;
  readonly password: string | null;
  readonly apiKey: string | null;
  readonly timeZone: string | null;
  readonly webhookSecret: string | null;
}

interface Setting {
  readonly flag: string;
  readonly variable: string;
  /** How the value is shown in the help; absent for a switch. */
  readonly value?: string;
  readonly many?: boolean;
  readonly help: string;
}

export const PROCESS_ROLES = ['api', 'send', 'poll'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** Every setting of `waybell serve`. */
export const SETTINGS = {
  data: { flag: '--data', variable: 'WAYBELL_DATA', value: 'DIR', help: 'data directory (default ./data)' },
  database: {
    flag: '--database',
    variable: 'WAYBELL_DATABASE',
    value: 'URL',
    help: 'PostgreSQL as the store, postgres://… (default: a file in the data directory)',
  },
  databaseDirect: {
    flag: '--database-direct',
    variable: 'WAYBELL_DATABASE_DIRECT',
    value: 'URL',
    help: 'the same database without the pooler that --database leads through, for migrations',
  },
  databaseConnections: {
    flag: '--database-connections',
    variable: 'WAYBELL_DATABASE_CONNECTIONS',
    value: 'N',
    help: 'connections to the database that a process opens at most (default 14)',
  },
  roles: {
    flag: '--role',
    variable: 'WAYBELL_ROLES',
    value: 'ROLE',
    many: true,
    help: `what this process does, where several share a database: ${PROCESS_ROLES.join(', ')}; may be repeated (default: all)`,
  },
  leaseSeconds: {
    flag: '--lease-seconds',
    variable: 'WAYBELL_LEASE_SECONDS',
    value: 'N',
    help: 'how long what a process works on stays its own when it is not heard of (default 20)',
  },
  host: {
    flag: '--host',
    variable: 'WAYBELL_HOST',
    value: 'ADDRESS',
    help: 'address to listen on (default 127.0.0.1)',
  },
  port: {
    flag: '--port',
    variable: 'WAYBELL_PORT',
    value: 'PORT',
    help: 'port to listen on (default 8080; 0: any free one)',
  },
  allowNetworks: {
    flag: '--allow-network',
    variable: 'WAYBELL_ALLOW_NETWORKS',
    value: 'CIDR',
    many: true,
    help: 'a network that webhooks may reach besides the public internet, e.g. 10.0.0.0/8; may be repeated',
  },
  denyNetworks: {
    flag: '--deny-network',
    variable: 'WAYBELL_DENY_NETWORKS',
    value: 'CIDR',
    many: true,
    help: 'a network that webhooks may not reach, allowed or not, e.g. an inside one in public address space; may be repeated',
  },
  ca: {
    flag: '--ca',
    variable: 'WAYBELL_CA',
    value: 'FILE',
    many: true,
    help: "certificates of authorities (PEM) to trust besides the system's, for receivers and proxy; may be repeated",
  },
  clientCert: {
    flag: '--client-cert',
    variable: 'WAYBELL_CLIENT_CERT',
    value: 'FILE',
    help: 'certificate (PEM) to show to receivers that ask for one',
  },
  clientKey: {
    flag: '--client-key',
    variable: 'WAYBELL_CLIENT_KEY',
    value: 'FILE',
    help: 'the private key (PEM) of --client-cert',
  },
  proxy: {
    flag: '--proxy',
    variable: 'WAYBELL_PROXY',
    value: 'URL',
    help: 'HTTP proxy that requests to receivers go through, e.g. http://10.0.0.5:3128',
  },
  publicUrl: {
    flag: '--public-url',
    variable: 'WAYBELL_PUBLIC_URL',
    value: 'URL',
    help: 'where this server is reached from outside',
  },
  trustProxy: {
    flag: '--trust-proxy',
    variable: 'WAYBELL_TRUST_PROXY',
    help: 'believe X-Forwarded-* of a proxy in front',
  },
  logLevel: {
    flag: '--log-level',
    variable: 'WAYBELL_LOG_LEVEL',
    value: 'LEVEL',
    help: `${LOG_LEVELS.join(', ')} (default warn)`,
  },
  webhooksPerAccount: {
    flag: '--webhooks-per-account',
    variable: 'WAYBELL_WEBHOOKS_PER_ACCOUNT',
    value: 'N',
    help: `webhooks that an account may have (default ${limits.webhooksPerAccountDefault})`,
  },
  drainSeconds: {
    flag: '--drain-seconds',
    variable: 'WAYBELL_DRAIN_SECONDS',
    value: 'N',
    help: 'how long a stop waits for requests under way (default 20)',
  },
  retentionDays: {
    flag: '--retention-days',
    variable: 'WAYBELL_RETENTION_DAYS',
    value: 'N',
    help: `how long settled events, deliveries and attempts are kept (default ${limits.retentionDays})`,
  },
  trackingRetentionDays: {
    flag: '--tracking-retention-days',
    variable: 'WAYBELL_TRACKING_RETENTION_DAYS',
    value: 'N',
    help: 'how long trackings are kept after they were delivered, returned, expired or deleted (default: for ever)',
  },
  trackingmoreRateLimits: {
    flag: '--trackingmore-rate-limits',
    variable: 'WAYBELL_TRACKINGMORE_RATE_LIMITS',
    help: "count requests to TrackingMore's API as TrackingMore does, and refuse those beyond its limits",
  },
} as const satisfies Record<string, Setting>;

/** Variables that only matter on the first start, when the first account is made. */
export const FIRST_ACCOUNT_VARIABLES = {
  email: 'WAYBELL_EMAIL',
  password: 'WAYBELL_PASSWORD',
  apiKey: 'WAYBELL_API_KEY',
  timeZone: 'WAYBELL_TIMEZONE',
  webhookSecret: 'WAYBELL_WEBHOOK_SECRET',
} as const;

/** Variables that hold secrets: a flag could be read by every user of the machine, and no file is made for them. */
export const SECRET_VARIABLES = {
  vaultKey: 'WAYBELL_VAULT_KEY',
  operatorKey: 'WAYBELL_OPERATOR_KEY',
} as const;

export type SettingName = keyof typeof SETTINGS;

/** A setting that cannot be read, in words for the operator. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Idle ones cost an address range and some kilobytes. */
const threadsDefault = 64;

type Raw = Partial<Record<SettingName, unknown>>;

/**
 * @param flags what the command line gave, by setting name
 * @param file path of a JSON file with settings, keys as in `SETTINGS`; null: none
 * @throws ConfigError naming the setting and what it should be
 */
export function readConfig(
  flags: Raw,
  file: string | null = null,
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const fromFile = file === null ? {} : readFile(file);
  const raw = (name: SettingName): unknown =>
    flags[name] ?? (environment[SETTINGS[name].variable] || undefined) ?? fromFile[name];
  const first = (name: keyof FirstAccount) => environment[FIRST_ACCOUNT_VARIABLES[name]] || null;
  const logLevel = text(raw('logLevel')) ?? 'warn';
  if (!(LOG_LEVELS as readonly string[]).includes(logLevel)) {
    throw new ConfigError(`${SETTINGS.logLevel.flag} is one of ${LOG_LEVELS.join(', ')}, not "${logLevel}".`);
  }
  return {
    data: text(raw('data')) ?? './data',
    database: database(raw, environment[SECRET_VARIABLES.vaultKey] || null),
    roles: roles(list(raw('roles')), text(raw('database'))),
    leaseSeconds: wholeNumber('leaseSeconds', raw('leaseSeconds') ?? 20, 1, 300),
    host: text(raw('host')) ?? '127.0.0.1',
    port: wholeNumber('port', raw('port') ?? 8080, 0, 65_535),
    allowNetworks: list(raw('allowNetworks')),
    denyNetworks: list(raw('denyNetworks')),
    ca: list(raw('ca')),
    clientCert: text(raw('clientCert')),
    clientKey: text(raw('clientKey')),
    proxy: url('proxy', text(raw('proxy'))),
    publicUrl: url('publicUrl', text(raw('publicUrl'))),
    trustProxy: truth('trustProxy', raw('trustProxy')),
    logLevel: logLevel as LogLevel,
    webhooksPerAccount: wholeNumber(
      'webhooksPerAccount',
      raw('webhooksPerAccount') ?? limits.webhooksPerAccountDefault,
      1,
      10_000,
    ),
    drainSeconds: wholeNumber('drainSeconds', raw('drainSeconds') ?? 20, 0, 3600),
    retentionDays: wholeNumber('retentionDays', raw('retentionDays') ?? limits.retentionDays, 1, 3650),
    trackingRetentionDays:
      raw('trackingRetentionDays') === undefined
        ? null
        : wholeNumber('trackingRetentionDays', raw('trackingRetentionDays'), 1, 3650),
    trackingmoreRateLimits: truth('trackingmoreRateLimits', raw('trackingmoreRateLimits')),
    operatorKey: apiKey(environment[SECRET_VARIABLES.operatorKey] || null, SECRET_VARIABLES.operatorKey),
    first: {
      email: first('email'),
      password: first('password'),
      apiKey: apiKey(first('apiKey'), FIRST_ACCOUNT_VARIABLES.apiKey),
      timeZone: first('timeZone'),
      webhookSecret: first('webhookSecret'),
    },
  };
}

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

function readFile(file: string): Raw {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`The settings file ${file} cannot be read: ${unquoted(error as Error)}.`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`The settings file ${file} does not hold one JSON object.`);
  }
  const unknown = Object.keys(parsed).find((key) => !Object.hasOwn(SETTINGS, key));
  if (unknown !== undefined) {
    throw new ConfigError(
      `The settings file ${file} has "${unknown}", which is no setting. There are: ${Object.keys(SETTINGS).join(', ')}.`,
    );
  }
  return parsed as Raw;
}

/** Where JSON breaks off it is quoted by some of the parser's messages, and what stands there may be a password. */
function unquoted({ message }: Error): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, '; it does not hold valid JSON');
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function list(value: unknown): readonly string[] {
  const items = Array.isArray(value)
    ? value.flatMap((item) => String(item).split(','))
    : (text(value)?.split(',') ?? []);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function wholeNumber(name: SettingName, value: unknown, min: number, max: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new ConfigError(`${SETTINGS[name].flag} is a whole number from ${min} to ${max}, not "${value}".`);
}

function truth(name: SettingName, value: unknown): boolean {
  if (value === undefined || value === false || value === 'false' || value === '0') return false;
  if (value === true || value === 'true' || value === '1') return true;
  throw new ConfigError(`${SETTINGS[name].flag} is true or false, not "${value}".`);
}

function url(name: SettingName, value: string | null): string | null {
  if (value === null) return null;
  if (!URL.canParse(value) || !/^https?:/.test(value)) {
    // What was given is not quoted: it may hold a password, at whatever place if it is no URL.
    throw new ConfigError(
      `${SETTINGS[name].flag} is a URL that starts with http:// or https://, such as http://10.0.0.5:3128.`,
    );
  }
  return value.replace(/\/+$/, '');
}

function database(raw: (name: SettingName) => unknown, key: string | null): DatabaseConfig | null {
  const given = databaseUrl('database', text(raw('database')));
  const directUrl = databaseUrl('databaseDirect', text(raw('databaseDirect')));
  const { flag } = SETTINGS.database;
  if (given === null) {
    const alone = (['databaseDirect', 'databaseConnections'] as const).find(
      (name) => raw(name) !== undefined,
    );
    if (alone === undefined) return null;
    throw new ConfigError(`${SETTINGS[alone].flag} goes with ${flag}: set that as well, or leave this out.`);
  }
  const make = 'Make one with `openssl rand -base64 32`, keep it apart from the database, and lose it never.';
  if (key === null) {
    throw new ConfigError(
      `With ${flag} the key that seals secrets comes from the environment: set ${SECRET_VARIABLES.vaultKey}. ${make}`,
    );
  }
  const vaultKey = Buffer.from(key, 'base64');
  if (vaultKey.length !== vaultKeyBytes)
    throw new ConfigError(`${SECRET_VARIABLES.vaultKey} is ${vaultKeyBytes} bytes in base64. ${make}`);
  const connections = wholeNumber('databaseConnections', raw('databaseConnections') ?? 14, 2, 1000);
  const [address = ''] = given.replace(/^\w+:\/\//, '').split('?');
  return { url: given, directUrl, connections, name: address.slice(address.lastIndexOf('@') + 1), vaultKey };
}

/** What was given is not quoted: it may hold a password. */
function databaseUrl(name: SettingName, value: string | null): string | null {
  if (value === null || /^postgres(ql)?:\/\//.test(value)) return value;
  throw new ConfigError(`${SETTINGS[name].flag} is a URL that starts with postgres://.`);
}

const vaultKeyBytes = 32;

function roles(given: readonly string[], databaseUrl: string | null): readonly ProcessRole[] {
  const { flag } = SETTINGS.roles;
  const wrong = given.find((role) => !(PROCESS_ROLES as readonly string[]).includes(role));
  if (wrong !== undefined)
    throw new ConfigError(`${flag} is one of ${PROCESS_ROLES.join(', ')}, not "${wrong}".`);
  if (given.length > 0 && databaseUrl === null) {
    throw new ConfigError(
      `${flag} is for several processes on one PostgreSQL: give ${SETTINGS.database.flag}, or leave it out.`,
    );
  }
  return given.length === 0 ? PROCESS_ROLES : (given as readonly ProcessRole[]);
}

function apiKey(key: string | null, variable: string): string | null {
  if (key === null) return null;
  const { apiKeyCharsMin: min, apiKeyCharsMax: max } = limits;
  if (!/^[\x21-\x7e]+$/.test(key) || key.length < min || key.length > max) {
    throw new ConfigError(`${variable} has ${min} to ${max} printable characters without spaces.`);
  }
  return key;
}
