/**
 * Waybell processes that share one PostgreSQL, each by a link of its own; and the diary of what befell them, by which
 * duplicates are explained and take-overs are timed.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChildServer, type Scope, startChildServer } from '../../test/support/childServer.ts';
import type { Answer } from '../../test/support/server.ts';
import { pick } from '../dice.ts';
import { type Ask, NoAnswer } from '../insisting.ts';
import { type Link, openLink } from './link.ts';

export const TROUBLES = [
  'killed',
  'vanished',
  'stopped',
  'partitioned',
  'refused',
  'cut',
  'database',
] as const;
/** `left` and `joined` are no trouble: nothing may come of them. */
export const KINDS = [...TROUBLES, 'left', 'joined'] as const;
export type Kind = (typeof KINDS)[number];

export interface Incident {
  readonly kind: Kind;
  /** The start of a process that it befell; null: all of them. */
  readonly sender: string | null;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Infinite while it lasts. */
  until: number;
}

export interface Member {
  /** Another with each start: `2.1`, `2.2`. */
  readonly sender: string;
  readonly server: ChildServer;
  readonly link: Link;
  /** Something befalls it already. */
  busy: boolean;
  /** After its end; over a new link where the old one is left as it is. */
  restart(options?: { readonly newLink?: boolean }): Promise<void>;
}

export interface Fleet {
  readonly members: readonly Member[];
  readonly incidents: readonly Incident[];
  /** What should not have been, besides what the account tells. */
  readonly problems: string[];
  /** One more process. */
  join(): Promise<Member>;
  leave(member: Member): void;
  /** Writes into the diary; call what it gives when that is over. */
  note(kind: Kind, member: Member | null): () => void;
  /** Asks one of the processes, whichever; rejects with `NoAnswer` when none comes in time. */
  readonly ask: Ask;
}

export interface FleetOptions {
  readonly database: string;
  readonly leaseSeconds: number;
  /** For whom to ask. */
  random(): number;
}

/** An answer that takes longer is taken for lost. */
const answerMsMax = 5000;
const startAgainMs = 500;
const preload = path.join(import.meta.dirname, 'named.ts');

export async function startFleet(scope: Scope, options: FleetOptions): Promise<Fleet> {
  const members: Member[] = [];
  const incidents: Incident[] = [];
  const socket = socketOf(options.database);
  let joined = 0;
  let key: string | undefined;

  const settingsFor = (sender: string, link: Link) => ({
    flags: ['--database', `postgres://waybell@127.0.0.1:${link.port}${new URL(options.database).pathname}`],
    environment: {
      WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64'),
      WAYBELL_LEASE_SECONDS: String(options.leaseSeconds),
      NODE_OPTIONS: `--import=${preload}`,
      CHAOS_PROCESS: sender,
    },
    ...(key === undefined ? {} : { key }),
  });

  async function join(): Promise<Member> {
    const name = ++joined;
    let starts = 1;
    let sender = `${name}.${starts}`;
    let link = await openLink(scope, socket);
    const server = await untilStarted(() => startChildServer(scope, settingsFor(sender, link)));
    key ??= server.key;
    const member: Member = {
      get sender() {
        return sender;
      },
      server,
      get link() {
        return link;
      },
      busy: false,
      async restart({ newLink = false } = {}) {
        sender = `${name}.${++starts}`;
        if (newLink) link = await openLink(scope, socket);
        await untilStarted(() => server.restart(settingsFor(sender, link)));
      },
    };
    members.push(member);
    return member;
  }

  async function ask(...asked: Parameters<Ask>): Promise<Answer> {
    const { server } = pick(options.random, members);
    const answer = server.call(...asked);
    const over = answer.then(
      () => {},
      () => {},
    );
    const late = pause(answerMsMax, undefined, { ref: false }).then(() => {
      throw new NoAnswer(over);
    });
    return Promise.race([answer, late]);
  }

  // Before the cluster's, which ends this process: one that is stopped would stay for ever.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.prependOnceListener(signal, () => {
      for (const { server } of members) server.signal('SIGKILL');
    });
  }
  return {
    members,
    incidents,
    problems: [],
    join,
    leave(member) {
      members.splice(members.indexOf(member), 1);
    },
    note(kind, member) {
      const incident = { kind, sender: member?.sender ?? null, from: Date.now(), until: Infinity };
      incidents.push(incident);
      return () => {
        incident.until = Date.now();
      };
    },
    ask,
  };
}

/** As a supervisor would: a start that fails, since the database is away, is tried again. */
async function untilStarted<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 60) throw error;
      await pause(startAgainMs);
    }
  }
}

/** The file of the socket at which a cluster of `test/support/postgres.ts` listens. */
function socketOf(database: string): string {
  return path.join(new URL(database).searchParams.get('host') as string, '.s.PGSQL.5432');
}
