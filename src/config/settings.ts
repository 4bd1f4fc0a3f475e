/** Every setting and variable there is: the table, which `docs/reference/settings.md` tells in words. */
import { LOG_LEVELS } from '../base/log.ts';
import { limits } from '../domain/limits.ts';

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
  smtp: {
    flag: '--smtp',
    variable: 'WAYBELL_SMTP',
    value: 'URL',
    help: 'mail server that notices are sent by, smtps://user:password@host:465 or, with STARTTLS, smtp://… (default: no mail is sent)',
  },
  mailFrom: {
    flag: '--mail-from',
    variable: 'WAYBELL_MAIL_FROM',
    value: 'ADDRESS',
    help: 'who mails are from, e.g. "Waybell <notices@example.com>"; goes with --smtp',
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
