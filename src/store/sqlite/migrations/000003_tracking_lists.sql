-- Lists of trackings by page number pass over many rows that they do not read: from an index, that is.
-- 1. All of an account that are not deleted, by id.
-- 2. The same of one courier.
-- SQLite asks the row for a column that an index does not have, even where its condition tells it: so it has it.
-- 3. Statistics for the planner, as in the first file.
create index tracking_living on tracking (account_id, id, deleted_at) where deleted_at is null;
create index tracking_courier on tracking (account_id, courier_code, id, deleted_at) where deleted_at is null;
delete from sqlite_stat1 where idx in ('tracking_living', 'tracking_courier');
insert into sqlite_stat1 (tbl, idx, stat) values
  ('tracking', 'tracking_living', '10000000 100000 1 1'),
  ('tracking', 'tracking_courier', '10000000 100000 20000 1 1');
analyze sqlite_schema;
