/**
 * What the server is told: each setting is a flag of `waybell serve`, a variable or a key of one JSON file, in that order of
 * precedence. Here they are read and refused; the table of them is `settings.ts`.
 */
import { readFileSync } from 'node:fs';
import { LOG_LEVELS, type LogLevel } from '../base/log.ts';
import { limits } from '../domain/limits.ts';
import { type MailConfig, mailConfig } from './mail.ts';
import {
  FIRST_ACCOUNT_VARIABLES,
  PROCESS_ROLES,
  type ProcessRole,
  SECRET_VARIABLES,
  SETTINGS,
  type SettingName,
} from './settings.ts';
import { apiKey, ConfigError, databaseUrl, list, text, truth, url, wholeNumber } from './values.ts';

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
  /** How mail leaves; null: none does. */
  readonly mail: MailConfig | null;
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
  const operatorKey = apiKey(
    environment[SECRET_VARIABLES.operatorKey] || null,
    SECRET_VARIABLES.operatorKey,
    operatorKeyCharsMin,
  );
  const firstKey = apiKey(first('apiKey'), FIRST_ACCOUNT_VARIABLES.apiKey);
  if (operatorKey !== null && operatorKey === firstKey) {
    throw new ConfigError(
      `${SECRET_VARIABLES.operatorKey} and ${FIRST_ACCOUNT_VARIABLES.apiKey} are the same, and a key is of one of the two. Give them different keys, or leave one out to have it made.`,
    );
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
    mail: mailConfig(text(raw('smtp')), text(raw('mailFrom'))),
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
    operatorKey,
    first: {
      email: first('email'),
      password: first('password'),
      apiKey: firstKey,
      timeZone: first('timeZone'),
      webhookSecret: first('webhookSecret'),
    },
  };
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

const vaultKeyBytes = 32;
/** Of one that is given. A file that is there already goes on with what any key needs. */
const operatorKeyCharsMin = 24;

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
  // What is no base64 is passed over where it is read: a passphrase would become a key that is weaker than it looks.
  if (vaultKey.length !== vaultKeyBytes || vaultKey.toString('base64') !== key)
    throw new ConfigError(`${SECRET_VARIABLES.vaultKey} is ${vaultKeyBytes} bytes in base64. ${make}`);
  if (vaultKey.every((byte) => byte === vaultKey[0]))
    throw new ConfigError(
      `${SECRET_VARIABLES.vaultKey} is one byte over and over, which anybody can guess. ${make}`,
    );
  const connections = wholeNumber('databaseConnections', raw('databaseConnections') ?? 14, 2, 1000);
  const [address = ''] = given.replace(/^\w+:\/\//, '').split('?');
  return { url: given, directUrl, connections, name: address.slice(address.lastIndexOf('@') + 1), vaultKey };
}

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
