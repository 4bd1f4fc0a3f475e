/** By what trackings are found beside their own indexes: see `terms.ts`. What is read here is a few thousand entries of an index. */
import { ATTENTIONS, type Attention } from '../../domain/attention.ts';
import type { Search } from '../../domain/search.ts';
import { behindIds } from '../page.ts';
import type { AccountId, AttentionCounts, TrackingStore } from '../store.ts';
import { attentionTerm, endOf, foundMax, newestOf } from '../terms.ts';
import { texts } from './arrays.ts';
import type { Database } from './database.ts';

/** In one text instead of thousands of rows, and none at all where they are too many. */
const together = (ids: string) => `
  select case when count(*) <= ${foundMax} then string_agg(id, ' ') end, count(*)
  from (${ids} limit ${foundMax + 1}) as few`;

const selectByTerm = together(
  'select tracking_id as id from tracking_term where account_id = $1 and term >= $2 and term < $3',
);

const selectByNumber = together(
  'select id from tracking where account_id = $1 and number >= $2 and number < $3',
);

const selectNeeding = `
  select near.tracking_id from unnest($2::text[]) as kind (term) cross join lateral (
    select tracking_id from tracking_term
    where account_id = $1 and tracking_term.term = kind.term collate "C" and tracking_id < $3
    order by tracking_id desc limit $4) as near`;

const countNeeding = `
  select kind.place, (select count(*) from (
    select 1 from tracking_term where account_id = $1 and tracking_term.term = kind.term collate "C" limit $3) as counted)
  from unnest($2::text[]) with ordinality as kind (term, place)`;

export interface Finding extends Pick<TrackingStore, 'attentionCounts'> {
  /** Newest first, also what is not meant any more or was deleted; null: more than `foundMax`. */
  found(accountId: AccountId, search: Search): Promise<readonly string[] | null>;
  /** The newest `limit` behind `after` that need such attention. */
  needing(
    accountId: AccountId,
    kinds: readonly Attention[],
    rest: { after: string | null; limit: number },
  ): Promise<readonly string[]>;
}

export function makeFinding(database: Database): Finding {
  return {
    async found(accountId, { text, number }) {
      const ids = new Set<string>();
      for (const [sql, beginning] of [[selectByTerm, text] as const, [selectByNumber, number] as const]) {
        if (beginning === null) continue;
        const values = [accountId, beginning, endOf(beginning)];
        const [[some, count] = [null, 0]] = await database.rows<[some: string | null, count: number]>(
          sql,
          values,
        );
        if (count > foundMax) return null;
        for (const id of some?.split(' ') ?? []) ids.add(id);
      }
      return ids.size > foundMax ? null : newestOf(ids, { after: null, limit: foundMax });
    },
    async needing(accountId, kinds, { after, limit }) {
      const values = [accountId, texts(kinds.map(attentionTerm)), after ?? behindIds, limit];
      const rows = await database.rows<[id: string]>(selectNeeding, values);
      return newestOf(
        rows.map(([id]) => id),
        { after, limit },
      );
    },
    async attentionCounts(accountId, countMax) {
      const values = [accountId, texts(ATTENTIONS.map(attentionTerm)), countMax];
      const rows = await database.rows<[place: number, count: number]>(countNeeding, values);
      const counts: Partial<Record<Attention, number>> = {};
      for (const [place, count] of rows) counts[ATTENTIONS[place - 1] as Attention] = count;
      return counts as AttentionCounts;
    },
  };
}
