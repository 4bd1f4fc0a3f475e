/** By what trackings are found beside their own indexes: see `terms.ts`. What is read here is a few thousand entries of an index. */
import { ATTENTIONS, type Attention } from '../../domain/attention.ts';
import type { Search } from '../../domain/search.ts';
import { behindIds } from '../page.ts';
import type { AccountId, AttentionCounts, TrackingStore } from '../store.ts';
import { attentionTerm, endOf, foundMax, newestOf } from '../terms.ts';
import type { Database } from './database.ts';

const selectByTerm =
  'select tracking_id from tracking_term where account_id = ? and term >= ? and term < ? limit ?';

const selectByNumber = 'select id from tracking where account_id = ? and number >= ? and number < ? limit ?';

const selectNeeding = `
  select tracking_id from tracking_term
  where account_id = ? and term = ? and tracking_id < ? order by tracking_id desc limit ?`;

const countNeeding = `
  select count(*) from (select 1 from tracking_term where account_id = ? and term = ? limit ?)`;

export interface Finding extends Pick<TrackingStore, 'attentionCounts'> {
  /** Newest first, also what is not meant any more or was deleted; null: more than `foundMax`. */
  found(accountId: AccountId, search: Search): readonly string[] | null;
  /** The newest `limit` behind `after` that need such attention. */
  needing(
    accountId: AccountId,
    kinds: readonly Attention[],
    rest: { after: string | null; limit: number },
  ): readonly string[];
}

export function makeFinding(database: Database): Finding {
  const byTerm = database.prepareRows(selectByTerm);
  const byNumber = database.prepareRows(selectByNumber);
  const needing = database.prepareRows(selectNeeding);
  const count = database.prepareRows(countNeeding);

  return {
    found(accountId, { text, number }) {
      const ids = new Set<string>();
      for (const [from, beginning] of [[byTerm, text] as const, [byNumber, number] as const]) {
        if (beginning === null) continue;
        const rows = from.all(accountId, beginning, endOf(beginning), foundMax + 1) as [id: string][];
        if (rows.length > foundMax) return null;
        for (const [id] of rows) ids.add(id);
      }
      return ids.size > foundMax ? null : newestOf(ids, { after: null, limit: foundMax });
    },
    needing(accountId, kinds, { after, limit }) {
      const rows = kinds.flatMap(
        (kind) => needing.all(accountId, attentionTerm(kind), after ?? behindIds, limit) as [id: string][],
      );
      return newestOf(
        rows.map(([id]) => id),
        { after, limit },
      );
    },
    async attentionCounts(accountId, countMax) {
      const counts: Partial<Record<Attention, number>> = {};
      for (const kind of ATTENTIONS) {
        await database.turn();
        [counts[kind]] = count.get(accountId, attentionTerm(kind), countMax) as [number];
      }
      return counts as AttentionCounts;
    },
  };
}
