/**
 * What a merchant does with trackings: creates, reads, edits, puts away. Every change is an update through `ingest`, so
 * that there is one way in which anything about a parcel changes; here it is said which update that is. An update names
 * only what it changes, never the tracking as it was read here: what others wrote meanwhile stays.
 */
import type { Clock } from '../base/clock.ts';
import { courierOf } from '../couriers/catalogue.ts';
import { AppError, type Problem, problem, type Refused } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Page } from '../domain/page.ts';
import { readState, type State } from '../domain/status.ts';
import type { Tracking, TrackingFields } from '../domain/tracking.ts';
import { type TrackingSettings, type Update, updateOf } from '../domain/update.ts';
import { cleanText } from '../normalise/text.ts';
import type {
  AccountId,
  Answer,
  AttentionCounts,
  PageRequest,
  TrackingCount,
  TrackingFilter,
  TrackingStore,
} from '../store/store.ts';
import type { Ingest, UpdateResult } from './ingest.ts';
import { type ReportedFields, readFields, readUpdate, unknownCourier } from './readUpdate.ts';

export interface TrackingDraft {
  readonly number: string;
  readonly courierCode: string | null;
  readonly fields: ReportedFields;
}

/** What became of a draft that was to make a new tracking. */
export type Made =
  | { readonly ok: true; readonly tracking: Tracking }
  | (Refused & {
      /** The tracking that there is already, for `tracking_exists`. */
      readonly existing: Tracking | null;
    });

/** What is left out stays as it is. */
export interface TrackingChanges {
  readonly fields: ReportedFields;
  /** Whichever courier it had, it has this one from now on. Its checkpoints stay. */
  readonly newCourierCode?: string | undefined;
  readonly courierCode?: string | null | undefined;
  /** A status or sub-status set by hand; null takes it back. */
  readonly status?: string | null | undefined;
  readonly archived?: boolean | undefined;
}

export interface Trackings {
  /** The one that the number and courier mean, made if there is none; what is said of an existing one is an update of it. */
  create(
    accountId: AccountId,
    draft: TrackingDraft,
    answer: ((result: UpdateResult) => Answer) | null,
  ): Promise<{ readonly tracking: Tracking; readonly created: boolean }>;
  /** Makes new ones, in one transaction, one result each in their order; those that exist are left as they are. */
  createNew(accountId: AccountId, drafts: readonly TrackingDraft[]): Promise<readonly Made[]>;
  /** The newest living one of a number that is of this courier, and not only goes on with it. @param number normalised */
  find(accountId: AccountId, number: string, courierCode: string): Promise<Tracking | null>;
  /** @throws AppError `tracking_not_found`, as do all that follow */
  get(accountId: AccountId, id: string): Promise<Tracking>;
  list(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Page<Tracking>>;
  /** How many there are of each status, archived or not, and of each kind that needs attention up to a limit. */
  counts(accountId: AccountId): Promise<TrackingsCounted>;
  change(accountId: AccountId, id: string, changes: TrackingChanges): Promise<Tracking>;
  /** Leaves a tombstone: couriers' reports do not bring it back, and deliveries that wait still go out. */
  remove(accountId: AccountId, id: string): Promise<void>;
  archive(accountId: AccountId, id: string, archived: boolean): Promise<Tracking>;
  /** Its courier is not asked any more; reports are still taken. */
  stop(accountId: AccountId, id: string): Promise<Tracking>;
  resume(accountId: AccountId, id: string): Promise<Tracking>;
  /** One that has expired is followed again, as if news had come. @throws AppError `tracking_not_expired` */
  retrack(accountId: AccountId, id: string): Promise<Tracking>;
  /** Its courier is asked at once. @throws AppError `refresh_unavailable` where it cannot be */
  refresh(accountId: AccountId, id: string): Promise<Tracking>;
}

export interface TrackingsCounted {
  readonly kept: readonly TrackingCount[];
  readonly attention: AttentionCounts;
}

export interface TrackingsOptions {
  readonly store: Pick<
    TrackingStore,
    'tracking' | 'trackings' | 'load' | 'trackingCounts' | 'attentionCounts'
  >;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly clock: Clock;
  /** Whether the courier can be asked for news. */
  pollable(courierCode: string): boolean;
}

export function makeTrackings({ store, ingest, clock, pollable }: TrackingsOptions): Trackings {
  async function get(accountId: AccountId, id: string): Promise<Tracking> {
    const tracking = await store.tracking(accountId, id);
    if (tracking === null) throw new AppError('tracking_not_found');
    return tracking;
  }

  async function find(accountId: AccountId, number: string, courierCode: string): Promise<Tracking | null> {
    const living = await livingOf(accountId, number);
    return living.find((tracking) => tracking.courierCode === courierCode) ?? null;
  }

  /** Newest first. */
  async function livingOf(accountId: AccountId, number: string): Promise<readonly Tracking[]> {
    const [lives = []] = await store.load([{ accountId, number }]);
    return lives.filter(({ deletedAt }) => deletedAt === null).toReversed();
  }

  /** The one that keeps another of that courier from being made. */
  async function inTheWay(
    accountId: AccountId,
    number: string,
    courierCode: string,
  ): Promise<Tracking | null> {
    const living = await livingOf(accountId, number);
    const isOwn = (tracking: Tracking) => tracking.courierCode === courierCode;
    const isSecond = (tracking: Tracking) => tracking.destinationCourierCode === courierCode;
    return living.find(isOwn) ?? living.find(isSecond) ?? null;
  }

  function aboutOf(tracking: Tracking): Update {
    return updateOf(tracking, { source: 'api', receivedAt: clock.now() });
  }

  async function submit(update: Update, answer: ((result: UpdateResult) => Answer) | null = null) {
    const [result] = await ingest.submit({
      updates: [update],
      answer: answer && (([only]) => answer(only as UpdateResult)),
    });
    if (!result?.ok) throw new AppError((result as { problem: Problem }).problem);
    return result;
  }

  async function set(tracking: Tracking, settings: Partial<TrackingSettings>): Promise<Tracking> {
    return (await submit({ ...aboutOf(tracking), settings })).tracking;
  }

  /** When to ask the courier of a tracking that is to be asked again: now, or never. */
  function pollAtOf({ courierCode, finalAt }: Pick<Tracking, 'courierCode' | 'finalAt'>): number | null {
    return courierCode !== null && finalAt === null && pollable(courierCode) ? clock.now() : null;
  }

  /** Its courier may become known, and then stays: it is part of what the tracking is. Null: nothing to learn. */
  function learntCourier(tracking: Tracking, code: string | null | undefined): string | null {
    if (code === undefined || code === tracking.courierCode) return null;
    if (code !== null) checkKnown(code, '/courier_code');
    if (tracking.courierCode !== null)
      throw new AppError(problem('courier_fixed', undefined, '/courier_code'));
    return code;
  }

  return {
    get,
    list: (accountId, filter, page) => store.trackings(accountId, filter, page),
    async counts(accountId) {
      const [kept, attention] = await Promise.all([
        store.trackingCounts(accountId),
        store.attentionCounts(accountId, limits.attentionCountedMax),
      ]);
      return { kept, attention };
    },
    async create(accountId, { number, courierCode, fields }, answer) {
      const reading = readUpdate(
        { number, courierCode, fields, scans: [], create: true },
        { accountId, receivedAt: clock.now(), source: 'api' },
      );
      if (!reading.ok) throw new AppError(reading.problem);
      const { tracking, created } = await submit(reading.update, answer);
      return { tracking, created };
    },
    async createNew(accountId, drafts) {
      const receivedAt = clock.now();
      const readings = drafts.map(({ number, courierCode, fields }) =>
        readUpdate(
          { number, courierCode, fields, scans: [], create: true },
          { accountId, receivedAt, source: 'api' },
        ),
      );
      const updates = readings.flatMap((reading) =>
        reading.ok ? [{ ...reading.update, onlyNew: true }] : [],
      );
      const results = updates.length === 0 ? [] : await ingest.submit({ updates, answer: null });
      const made: Made[] = [];
      let next = 0;
      for (const reading of readings) {
        const result = reading.ok ? (results[next++] as UpdateResult) : reading;
        if (result.ok) made.push({ ok: true, tracking: result.tracking });
        else {
          const exists = reading.ok && result.problem.code === 'tracking_exists';
          const { number, courierCode = null } = exists ? reading.update : { number: '' };
          const existing = courierCode === null ? null : await inTheWay(accountId, number, courierCode);
          made.push({ ...result, existing });
        }
      }
      return made;
    },
    find,
    async change(accountId, id, { fields, courierCode, newCourierCode, status, archived }) {
      const tracking = await get(accountId, id);
      if (newCourierCode !== undefined) checkKnown(newCourierCode, '/courier_code');
      const learnt = learntCourier(tracking, courierCode);
      const pollAt =
        learnt === null || tracking.stopped ? null : pollAtOf({ ...tracking, courierCode: learnt });
      const update: Update = {
        ...aboutOf(tracking),
        courierCode: learnt,
        newCourierCode: newCourierCode ?? null,
        fields: fieldsOf(fields),
        destinationCourierCode: destinationOf(fields, tracking),
        manual: status === undefined ? undefined : stateOf(status),
        settings: { ...(archived === undefined ? {} : { archived }), ...(pollAt === null ? {} : { pollAt }) },
      };
      return (await submit(update)).tracking;
    },
    async remove(accountId, id) {
      await set(await get(accountId, id), { deletedAt: clock.now(), pollAt: null });
    },
    async archive(accountId, id, archived) {
      return set(await get(accountId, id), { archived });
    },
    async stop(accountId, id) {
      return set(await get(accountId, id), { stopped: true, pollAt: null });
    },
    async resume(accountId, id) {
      const tracking = await get(accountId, id);
      return tracking.stopped ? set(tracking, { stopped: false, pollAt: pollAtOf(tracking) }) : tracking;
    },
    async retrack(accountId, id) {
      const tracking = await get(accountId, id);
      if (tracking.expiredAt === null) throw new AppError('tracking_not_expired');
      const settings = { stopped: false, pollAt: pollAtOf(tracking) };
      return (await submit({ ...aboutOf(tracking), revive: true, settings })).tracking;
    },
    async refresh(accountId, id) {
      const tracking = await get(accountId, id);
      const obstacle = refreshObstacle(tracking);
      if (obstacle !== null) throw new AppError(problem('refresh_unavailable', obstacle));
      return set(tracking, { pollAt: clock.now() });
    },
  };

  /** Undefined: the catalogue's own sentence. */
  function refreshObstacle({ courierCode, stopped }: Tracking): string | null | undefined {
    if (stopped) return 'This tracking is stopped. Resume it first.';
    if (courierCode === null)
      return 'The courier of this tracking is not known yet. Set its `courier_code` first.';
    return pollable(courierCode) ? null : undefined;
  }
}

function fieldsOf(reported: ReportedFields): Partial<TrackingFields> {
  const reading = readFields(reported);
  if (!reading.ok) throw new AppError(reading.problem);
  return reading.fields;
}

function destinationOf(fields: ReportedFields, tracking: Tracking): string | null | undefined {
  const code = fields.destination_courier_code;
  if (typeof code === 'string' && code !== tracking.destinationCourierCode) {
    checkKnown(code, '/destination_courier_code');
  }
  return code;
}

function checkKnown(code: string, where: string): void {
  if (courierOf(code) === null) throw new AppError(unknownCourier(code, where));
}

function stateOf(text: string | null): State | null {
  if (text === null) return null;
  const state = readState(text);
  if (state !== null) return state;
  const message = `"${cleanText(text, 60)}" is not a status. Send one such as "delivered", or a sub-status such as "delivered002".`;
  throw new AppError(problem('status_invalid', message, '/status'));
}
