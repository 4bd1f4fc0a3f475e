/**
 * Connections to the database: the one file that imports `pg`, but for the names of errors in `outage.ts`.
 *
 * A connection is *kept* where nothing is between: its session is ours, so it is set up once and knows our statements by
 * name. It is *lent* where a pooler is between (PgBouncer in transaction mode), which gives us another of the server's
 * connections for each transaction: nothing may outlast that, so every transaction brings its settings along and every
 * statement its text. Which of the two it is tells each connection by itself: the server says its process's number at
 * the start, a pooler makes one up.
 *
 * All kept connections lead to one server. An address may be led to another while the old one still runs, failed over from
 * and not shut off; nothing would end what leads there, and who reads here and writes there decides on what is out of date.
 * So the newest connection tells which server it is, and those to another are given up before they are used again; and one
 * that ends or falls silent is reason to make a new one.
 */
import pg from 'pg';
import { answerMsMax, settingsOf } from './sessionSettings.ts';

export type Value = string | number | null | Buffer;

/** How a connection is used. */
export interface Way {
  readonly begin: pg.QueryConfig;
  readonly commit: pg.QueryConfig;
  readonly rollback: pg.QueryConfig;
  /** What goes with a statement that is sent alone, in the same breath. */
  readonly before: readonly pg.QueryConfig[];
  readonly after: readonly pg.QueryConfig[];
  statement(sql: string, values: readonly Value[]): pg.QueryArrayConfig;
}

/** How long a caller waits for a connection: for one of ours, and then for one of the server's, milliseconds. */
const connectMsMax = 5000;
/** An unused connection is closed after so long, milliseconds. */
const idleMsMax = 60_000;

const ways = new WeakMap<pg.ClientBase, Way>();
/** What the server of a kept connection is known by. */
const serverOf = new WeakMap<pg.ClientBase, string>();

/** The way of a connection that a pool gave. */
export function wayOf(client: pg.ClientBase): Way {
  return ways.get(client) as Way;
}

/**
 * Connections whose last commit was to wait for a standby and was told by somebody to wait no longer (`pg_cancel_backend`). The
 * server says so in a warning alone, and that it has committed; it is on one disk, where two were promised.
 */
const unconfirmed = new WeakSet<pg.ClientBase>();
/** What in the server gives that warning, in all its languages. */
const waitForStandby = 'SyncRepWaitForLSN';

export function isUnconfirmed(client: pg.ClientBase): boolean {
  return unconfirmed.has(client);
}

/** For all pools of one database: the server that the newest kept connection leads to; null where that is in doubt. */
export interface Newest {
  server: string | null;
}

/** A connection to the newest server, for `giveBack`. */
export async function borrow(pool: pg.Pool, newest: Newest): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect();
    const server = serverOf.get(client);
    if (server === undefined || server === newest.server) return client;
    client.release(true);
  }
}

/** @param broken why it is not to be used again */
export function giveBack(client: pg.PoolClient, newest: Newest, broken: Error | undefined): void {
  client.release(broken);
  // What the server itself says leaves no doubt about the server.
  if (broken !== undefined && !(broken instanceof pg.DatabaseError)) newest.server = null;
}

/** @throws Error, of the first connection, where the URL's `options` are no settings */
export function makePool(url: string, max: number, newest: Newest): pg.Pool {
  const { address, settings } = settingsOf(url);
  const { kept, lent } = waysUnder(settings);
  const pool = new pg.Pool({
    ...common(address),
    max,
    pipeline: true,
    idleTimeoutMillis: idleMsMax,
    types: { getTypeParser },
    onConnect: async (client: pg.ClientBase) => {
      const { isLent, server } = await setUp(client, settings);
      ways.set(client, isLent ? lent : kept);
      if (isLent) return;
      serverOf.set(client, server);
      newest.server = server;
    },
  } as pg.PoolConfig);
  // A connection that ends while it is not used, or between two statements of a job: the next use of it fails, which is
  // where that is dealt with.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    client.on('notice', ({ routine }) => {
      if (routine === waitForStandby) unconfirmed.add(client);
    });
  });
  return pool;
}

/** There is no session of one's own to be had, in words for the operator. */
export class PoolerBetween extends Error {}

/**
 * One connection with a session of its own, for what lasts longer than a transaction (`listen`). The caller ends it, and
 * hears of its end by the client's events.
 * @throws PoolerBetween
 */
export async function connectDirectly(url: string): Promise<pg.Client> {
  const { address, settings } = settingsOf(url);
  const client = new pg.Client(common(address));
  client.on('error', () => {});
  await client.connect();
  try {
    if (!(await setUp(client, settings)).isLent) return client;
    throw new PoolerBetween(
      'a pooler is between, which keeps no session. Name the server itself with --database-direct (WAYBELL_DATABASE_DIRECT).',
    );
  } catch (error) {
    await client.end();
    throw error;
  }
}

function common(connectionString: string): pg.ClientConfig {
  return {
    connectionString,
    application_name: 'waybell',
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
  };
}

type Settings = Readonly<Record<string, string>>;

/** No two servers started in the same microsecond. */
export const serverIdentity = 'pg_postmaster_start_time()::text';

/** Finds out, and sets the session up if it is ours: in one statement, so that nothing is left behind in another's. */
async function setUp(
  client: pg.ClientBase,
  settings: Settings,
): Promise<{ isLent: boolean; server: string }> {
  const { processID } = client as unknown as { processID: number };
  const differs = `pg_backend_pid() <> ${processID}`;
  const { rows } = await client.query<[boolean, string]>({
    text: `select ${differs}, ${serverIdentity}, ${setting(settings, differs)}`,
    rowMode: 'array',
    ...within(connectMsMax),
  });
  const [isLent, server] = rows[0] as [boolean, string];
  return { isLent, server };
}

function waysUnder(settings: Settings): { kept: Way; lent: Way } {
  const answer = within(answerMsMax(settings));
  const given = { text: `${begin}; select ${setting(settings, 'true')}`, ...within(connectMsMax) };
  const statement: Way['statement'] = (text, values) =>
    // Without parameters it may be several in one text, which cannot be prepared.
    ({ text, rowMode: 'array', ...(values.length === 0 ? {} : { values: [...values] }), ...answer });
  const ends = {
    commit: { text: 'commit', ...answer },
    rollback: { text: 'rollback', ...within(connectMsMax) },
  };
  return {
    kept: {
      ...ends,
      begin: { text: begin, ...within(connectMsMax) },
      before: [],
      after: [],
      statement: (text, values) =>
        values.length === 0 ? statement(text, values) : { ...statement(text, values), name: nameOf(text) },
    },
    lent: { ...ends, begin: given, before: [given], after: [ends.commit], statement },
  };
}

const begin = 'begin isolation level read committed';

/**
 * Nine settings by `set_config` cost a transaction some 30 µs, by `set local` 15 µs (PostgreSQL 15.18, by a socket); but that
 * takes a list, such as `search_path`, for one name. Settings of the role or the database cost nothing and are not ours to make.
 * @param local SQL: whether they are to end with the transaction
 */
function setting(settings: Settings, local: string): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, ${local})`,
  );
  return calls.join(', ');
}

/** The connection is cut when the answer takes longer; 0: it may take any time. */
function within(ms: number): { query_timeout: number } {
  return { query_timeout: ms };
}

/** Each statement's name on the server, by its text. */
const names = new Map<string, string>();
/** More than are written here; lists can be asked for in some thousands of ways, and each would be kept by every connection. */
const namesMax = 400;

/** Undefined: it is planned anew each time. */
function nameOf(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < namesMax) {
    name = `s${names.size}`;
    names.set(sql, name);
  }
  return name;
}

const int8Oid = 20;

/** Times and counts are whole numbers below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === int8Oid ? Number : pg.types.getTypeParser(oid, format);
