/**
 * Merchants who edit: each has parcels of its own, reports their scans, titles them by update and by edit, archives them, deletes
 * them and makes them anew. What was acknowledged last of a parcel is what has to be stored at the end (`readBack.ts`).
 *
 * A request that was given up may still be carried out, so a parcel is not edited otherwise, nor deleted, until nothing can come
 * of it any more. Saying the same again changes nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../../test/support/server.ts';
import { pick } from '../dice.ts';
import { type Ask, allTaken, type Insisted, makeInsisting } from '../insisting.ts';
import type { Acknowledged } from '../writers.ts';

/** What was acknowledged last. */
export interface Parcel {
  readonly number: string;
  /** Null: there is none, or it was deleted. */
  trackingId: string | null;
  title: string | null;
  archived: boolean;
  /** Earlier lives, which stay deleted. */
  readonly deleted: string[];
}

export interface Editors {
  /** Every revision that was acknowledged. */
  readonly acknowledged: readonly Acknowledged[];
  readonly parcels: readonly Parcel[];
  /** What an answer said that cannot be, a line each. */
  readonly wrong: readonly string[];
  readonly repeated: number;
  /** How often what was done. */
  readonly done: Readonly<Partial<Record<Deed, number>>>;
  /** Ends when all is acknowledged and nothing can come of earlier tries any more. */
  stop(): Promise<void>;
}

export interface EditorsOptions {
  readonly editors: number;
  readonly parcelsEach: number;
  readonly pauseMsMax: number;
  random(): number;
}

const courier = 'china-ems';
/** Fewer than a number may have. */
const livesMax = 15;

/** As often as they are named. */
const deeds = {
  living: ['scan', 'scan', 'scan', 'titleByUpdate', 'titleByEdit', 'titleByEdit', 'archive', 'delete'],
  gone: ['scan', 'make'],
} as const;
type Deed = (typeof deeds)['living' | 'gone'][number];

export function startEditors(ask: Ask, options: EditorsOptions): Editors {
  const { random } = options;
  const insisting = makeInsisting(ask, random);
  const acknowledged: Acknowledged[] = [];
  const parcels: Parcel[] = [];
  const wrong: string[] = [];
  const done: Partial<Record<Deed, number>> = {};
  /** Of parcels of which an earlier request may still be carried out. */
  const doubts = new Map<Parcel, Promise<void>>();
  let stopped = false;

  async function edit(editor: number): Promise<void> {
    let requests = 0;
    let journeys = 0;
    const own = Array.from({ length: options.parcelsEach }, () => parcelOf(editor, journeys++));
    parcels.push(...own);
    while (!stopped) {
      const place = Math.floor(random() * own.length);
      let parcel = own[place] as Parcel;
      if (parcel.trackingId === null && parcel.deleted.length === livesMax) {
        parcel = parcelOf(editor, journeys++);
        own[place] = parcel;
        parcels.push(parcel);
      }
      const deed = deedFor(parcel);
      await acts[deed](parcel, `edit-${editor}-${requests++}`);
      done[deed] = (done[deed] ?? 0) + 1;
      await pause(random() * options.pauseMsMax);
    }
  }

  function deedFor(parcel: Parcel): Deed {
    if (doubts.has(parcel)) return 'scan';
    return pick<Deed>(random, parcel.trackingId === null ? deeds.gone : deeds.living);
  }

  /** Scans are of one minute after the other, whichever life they make or meet. */
  let minute = 0;
  let titles = 0;
  const acts: Readonly<Record<Deed, (parcel: Parcel, key: string) => Promise<void>>> = {
    async scan(parcel, key) {
      const time = new Date(Date.UTC(2024, 0, 1) + minute++ * 60_000).toISOString();
      const status = minute % 2 === 0 ? 'transit' : 'exception';
      await update(parcel, key, { checkpoints: [{ time, description: `Scan ${minute}`, status }] });
    },
    async titleByUpdate(parcel, key) {
      const title = `Title ${++titles}`;
      await update(parcel, key, { title });
      parcel.title = title;
    },
    async titleByEdit(parcel, key) {
      const title = `Title ${++titles}`;
      const { answer } = await insist(parcel, {
        ...{ method: 'PATCH', path: `/trackings/${parcel.trackingId}`, key, body: { title } },
      });
      parcel.title = title;
      acknowledge(parcel, answer.json.id, answer.json.revision);
      if (answer.json.title !== title)
        wrong.push(`${parcel.number}: ${title} was answered by ${answer.text}`);
    },
    async archive(parcel, key) {
      const archived = !parcel.archived;
      const path = `/trackings/${parcel.trackingId}/${archived ? 'archive' : 'unarchive'}`;
      await insist(parcel, { method: 'POST', path, key });
      parcel.archived = archived;
    },
    async delete(parcel, key) {
      const id = parcel.trackingId as string;
      // A try whose answer was lost may have deleted it.
      const isAnswer = ({ status }: Answer) => status === 204 || status === 404;
      const { atOnce, answer } = await insist(parcel, {
        ...{ method: 'DELETE', path: `/trackings/${id}`, key, isAnswer },
      });
      if (atOnce && answer.status === 404) wrong.push(`${parcel.number} ${id}: there, and not found`);
      parcel.deleted.push(id);
      Object.assign(parcel, { trackingId: null, title: null, archived: false });
    },
    async make(parcel, key) {
      const title = `Title ${++titles}`;
      const { answer, atOnce } = await insist(parcel, {
        ...{ method: 'POST', path: '/trackings', key },
        body: { tracking_number: parcel.number, courier_code: courier, title },
      });
      if (atOnce && answer.status !== 201) wrong.push(`${parcel.number}: deleted, and there: ${answer.text}`);
      parcel.title = title;
      acknowledge(parcel, answer.json.id, answer.json.revision);
    },
  };

  async function update(parcel: Parcel, key: string, said: object): Promise<void> {
    const updates = [{ tracking_number: parcel.number, courier_code: courier, ...said }];
    const order = { method: 'POST', path: '/updates', body: { updates }, key, isAnswer: allTaken };
    const { answer, atOnce } = await insist(parcel, order);
    const [result] = answer.json.results;
    if (atOnce && !result.changed)
      wrong.push(`${parcel.number}: answered as no news: ${JSON.stringify(said)}`);
    acknowledge(parcel, result.tracking_id, result.revision);
  }

  async function insist(
    parcel: Parcel,
    order: Parameters<typeof insisting.insist>[0],
  ): Promise<Omit<Insisted, 'doubt'>> {
    const { doubt, ...insisted } = await insisting.insist(order);
    if (doubt !== null) {
      const all = Promise.all([doubts.get(parcel), doubt]).then(() => {
        if (doubts.get(parcel) === all) doubts.delete(parcel);
      });
      doubts.set(parcel, all);
    }
    return insisted;
  }

  function acknowledge(parcel: Parcel, trackingId: string, revision: number): void {
    const { number, deleted } = parcel;
    if (deleted.includes(trackingId)) wrong.push(`${number}: what was deleted is ${trackingId} again`);
    else if (parcel.trackingId !== null && parcel.trackingId !== trackingId)
      wrong.push(`${number}: ${parcel.trackingId} has become ${trackingId}`);
    parcel.trackingId = trackingId;
    acknowledged.push({ trackingId, number, revision, at: Date.now() });
  }

  const editing = Promise.all(Array.from({ length: options.editors }, (_, editor) => edit(editor)));
  // Reported when it is waited for.
  editing.catch(() => {});
  return {
    ...{ acknowledged, parcels, wrong, done },
    get repeated() {
      return insisting.repeated;
    },
    async stop() {
      stopped = true;
      await editing;
      await Promise.all(doubts.values());
    },
  };
}

/** Dashes do not tell numbers apart, so all parts but the last are of one width. */
function parcelOf(editor: number, journey: number): Parcel {
  const number = `EDITED-${String(editor).padStart(2, '0')}-${journey}`;
  return { number, trackingId: null, title: null, archived: false, deleted: [] };
}
