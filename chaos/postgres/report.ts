/** What came of it, for people and as JSON; and whether that is a failure. */
import { progress } from '../progress.ts';
import type { Account } from './account.ts';
import { type Incident, type Kind, TROUBLES } from './fleet.ts';
import type { StaleBegin } from './stale.ts';
import { graceMs, type TakeOver, TIMED } from './takeOver.ts';

export interface Result extends Account {
  /** Acknowledged edits and deletions that are not what is stored at the end, or were answered as what they cannot be. */
  readonly undone: readonly string[];
  /** How often what was done besides reporting scans. */
  readonly done: Readonly<Record<string, number>>;
  readonly incidents: readonly Incident[];
  readonly takeOvers: readonly TakeOver[];
  readonly staleBegins: readonly StaleBegin[];
  readonly leaseMs: number;
  readonly problems: readonly string[];
  /** Whether this machine is quick enough to be told what came late. */
  readonly isTimed: boolean;
  readonly repeatedRequests: number;
  readonly seconds: number;
}

const shownMax = 50;

export function failed(result: Result): boolean {
  return complaints(result).length > 0;
}

/** What must not be, a line each. */
export function complaints(result: Result): readonly string[] {
  const { lost, undone, outOfOrder, unexplained, problems, isTimed } = result;
  const always = [
    ...lost.map((what) => `lost: ${what}`),
    ...undone.map((what) => `undone: ${what}`),
    ...outOfOrder.map((what) => `out of order: ${what}`),
    ...problems,
  ];
  if (!isTimed) return always;
  return [
    ...always,
    ...unexplained.map((what) => `sent twice for no reason: ${what}`),
    ...late(result).map(
      ({ kind, sender, shard, ms }) =>
        `taken over late: shard ${shard} of ${sender}, ${kind}, after ${ms} ms`,
    ),
    ...stale(result, 'partitioned').map(
      ({ shard, receipt: { sender, begunAt, path, id } }) =>
        `begun without a lease: ${path} ${id} of shard ${shard} by ${sender} at ${new Date(begunAt).toISOString()}`,
    ),
  ];
}

/** A process that is starved of its processor loses its leases, or takes over late. */
function late({ takeOvers, leaseMs }: Result): readonly TakeOver[] {
  return takeOvers.filter(({ ms }) => ms > leaseMs + graceMs(leaseMs));
}

function stale({ staleBegins }: Result, kind: Kind): readonly StaleBegin[] {
  return staleBegins.filter((one) => one.kind === kind);
}

export function report(result: Result, { json }: { readonly json: boolean }): void {
  progress('');
  if (json) console.log(JSON.stringify(summary(result)));
  else for (const [name, value] of rows(result)) console.log(`${name.padEnd(56)}${value}`);
  const wrong = complaints(result);
  for (const what of wrong.slice(0, shownMax)) console.error(what);
  if (wrong.length > shownMax) console.error(`and ${wrong.length - shownMax} more`);
}

function summary(result: Result): object {
  const { acknowledged, events, accepted, duplicated, repeatedRequests, problems, seconds } = result;
  return {
    ...{ befallen: counted(result.incidents), acknowledged, events, accepted, duplicated, repeatedRequests },
    done: result.done,
    lost: result.lost.length,
    undone: result.undone.length,
    outOfOrder: result.outOfOrder.length,
    outOfOrderApart: result.outOfOrderApart,
    unexplained: result.unexplained.length,
    takenOver: Object.fromEntries(TIMED.map((kind) => [kind, slowest(result, kind)])),
    late: late(result).length,
    begunStale: {
      stopped: stale(result, 'stopped').length,
      partitioned: stale(result, 'partitioned').length,
    },
    problems,
    seconds,
  };
}

function rows(result: Result): readonly (readonly [string, string | number])[] {
  const { duplicated, leaseMs } = result;
  const timed = TIMED.map((kind) => [kind, slowest(result, kind)] as const);
  return [
    ...Object.entries(counted(result.incidents)),
    ['requests repeated by the writers', result.repeatedRequests],
    ...Object.entries(result.done).map(([name, count]) => [meaningOfDeeds[name] ?? name, count] as const),
    ['revisions acknowledged', result.acknowledged],
    ['events in the log', result.events],
    ['deliveries accepted', result.accepted],
    ['lost', result.lost.length],
    ['acknowledged edits and deletions undone', result.undone.length],
    ['out of order', result.outOfOrder.length],
    ['out of order, recovered or sent again by hand', result.outOfOrderApart],
    ...TROUBLES.map((kind) => [`duplicated, ${meaning[kind]}`, duplicated[kind] ?? 0] as const),
    ['duplicated, sent again by hand', duplicated.byHand ?? 0],
    ['duplicated for no reason', result.unexplained.length],
    ...timed.map(
      ([kind, { shards, seconds }]) =>
        [
          `taken over, ${kind}: slowest of ${shards} shards`,
          seconds === null ? '-' : `${seconds} s`,
        ] as const,
    ),
    [`taken over later than ${(leaseMs + graceMs(leaseMs)) / 1000} s`, late(result).length],
    ['begun after another had, by one that was stopped', stale(result, 'stopped').length],
    ['begun after another had, by one that was cut off', stale(result, 'partitioned').length],
    ['other problems', result.problems.length],
    ['seconds', result.seconds],
  ];
}

const meaningOfDeeds: Readonly<Record<string, string>> = {
  scan: 'scans of parcels that are edited',
  titleByUpdate: 'titles by update',
  titleByEdit: 'titles by edit',
  archive: 'put away or taken back',
  delete: 'deleted',
  make: 'made anew',
  webhookEdits: 'edits of webhooks',
  recoveries: 'recoveries',
  recovered: 'parked before them',
  redelivered: 'sent again by hand',
};

const meaning: Readonly<Record<(typeof TROUBLES)[number], string>> = {
  killed: 'a sender was killed',
  vanished: 'a sender vanished with its machine',
  stopped: 'a stale owner that was stopped',
  partitioned: 'a stale owner that was cut off by silence',
  refused: 'a sender was refused by the database',
  cut: "a sender's connections were cut",
  database: 'the database was away',
};

function counted(incidents: readonly Incident[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of incidents) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function slowest({ takeOvers }: Result, kind: Kind): { shards: number; seconds: number | null } {
  const own = takeOvers.filter((one) => one.kind === kind);
  if (own.length === 0) return { shards: 0, seconds: null };
  return { shards: own.length, seconds: Math.max(...own.map(({ ms }) => ms)) / 1000 };
}
