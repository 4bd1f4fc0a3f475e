/** Saved views of the trackings. */
import type { ViewStore } from '../store.ts';
import { rowOfView, type ViewRow, viewColumns, viewOf } from '../viewRow.ts';
import type { Database } from './database.ts';
import { violates } from './outage.ts';

const selectAll = `select ${viewColumns} from saved_view where account_id = $1 order by id`;

const selectOne = `select ${viewColumns} from saved_view where account_id = $1 and id = $2`;

const countAll = 'select count(*)::integer from saved_view where account_id = $1';

const insertOne = `
  insert into saved_view (${viewColumns}) values ($1, $2, $3, $4, $5) on conflict (account_id, name) do nothing`;

const updateOne = 'update saved_view set name = $3, query = $4 where account_id = $1 and id = $2';

const deleteOne = 'delete from saved_view where account_id = $1 and id = $2';

export function makeViewTable(database: Database): ViewStore {
  return {
    async views(accountId) {
      return (await database.rows<ViewRow>(selectAll, [accountId])).map(viewOf);
    },
    async view(accountId, id) {
      const [row] = await database.rows<ViewRow>(selectOne, [accountId, id]);
      return row === undefined ? null : viewOf(row);
    },
    insertView: (view, viewsMax) =>
      database.write(async (session) => {
        const [[count] = [0]] = await session.rows<[number]>(countAll, [view.accountId]);
        if (count >= viewsMax) return 'too_many';
        return (await session.run(insertOne, rowOfView(view))) === 0 ? 'name_taken' : 'written';
      }),
    async updateView(view) {
      const [accountId, id, name, query] = rowOfView(view);
      try {
        const changed = await database.write((session) =>
          session.run(updateOne, [accountId, id, name, query]),
        );
        return changed === 0 ? 'gone' : 'written';
      } catch (error) {
        if (violates(error, 'saved_view_name')) return 'name_taken';
        throw error;
      }
    },
    deleteView: (accountId, id) =>
      database.write(async (session) => (await session.run(deleteOne, [accountId, id])) > 0),
  };
}
