/** Saved views of the trackings. */
import type { ViewStore } from '../store.ts';
import { rowOfView, type ViewRow, viewColumns, viewOf } from '../viewRow.ts';
import type { Database } from './database.ts';

const selectAll = `select ${viewColumns} from saved_view where account_id = ? order by id`;

const selectOne = `select ${viewColumns} from saved_view where account_id = ? and id = ?`;

const countAll = 'select count(*) from saved_view where account_id = ?';

const insertOne = `
  insert into saved_view (${viewColumns}) values (?, ?, ?, ?, ?) on conflict (account_id, name) do nothing`;

const selectNamed = 'select id from saved_view where account_id = ? and name = ?';

const updateOne = 'update saved_view set name = ?, query = ? where account_id = ? and id = ?';

const deleteOne = 'delete from saved_view where account_id = ? and id = ?';

export function makeViewTable(database: Database): ViewStore {
  const all = database.prepareRows(selectAll);
  const one = database.prepareRows(selectOne);
  const count = database.prepareRows(countAll);
  const insert = database.prepare(insertOne);
  const named = database.prepareRows(selectNamed);
  const update = database.prepare(updateOne);
  const remove = database.prepare(deleteOne);

  return {
    async views(accountId) {
      return (all.all(accountId) as ViewRow[]).map(viewOf);
    },
    async view(accountId, id) {
      const row = one.get(accountId, id) as ViewRow | undefined;
      return row === undefined ? null : viewOf(row);
    },
    insertView: (view, viewsMax) =>
      database.write(() => {
        if ((count.get(view.accountId) as [number])[0] >= viewsMax) return 'too_many';
        return insert.run(...rowOfView(view)).changes === 0 ? 'name_taken' : 'written';
      }),
    updateView: (view) =>
      database.write(() => {
        const [accountId, id, name, query] = rowOfView(view);
        const holder = named.get(accountId, name) as [id: string] | undefined;
        if (holder !== undefined && holder[0] !== id) return 'name_taken';
        return update.run(name, query, accountId, id).changes === 0 ? 'gone' : 'written';
      }),
    deleteView: (accountId, id) => database.write(() => remove.run(accountId, id).changes > 0),
  };
}
