-- Lists of trackings by page number pass over many rows that they do not read: from an index, that is. And they tell how many there are.
-- 1. All of an account that are not deleted, by id, and the same of one courier. SQLite asks the row for a column that an index
--    does not have, even where its condition tells it: so it has it. Statistics for the planner, as in the first file.
-- 2. `tracking_count`: how many of each status, archived or not, kept by triggers, so that whoever writes a tracking writes it in the
--    same transaction. Those that are there already are counted once.
create index tracking_living on tracking (account_id, id, deleted_at) where deleted_at is null;
create index tracking_courier on tracking (account_id, courier_code, id, deleted_at) where deleted_at is null;
delete from sqlite_stat1 where idx in ('tracking_living', 'tracking_courier');
insert into sqlite_stat1 (tbl, idx, stat) values
  ('tracking', 'tracking_living', '10000000 100000 1 1'),
  ('tracking', 'tracking_courier', '10000000 100000 20000 1 1');

create table tracking_count (
  account_id text not null,
  status text not null,
  archived integer not null,
  number integer not null,
  primary key (account_id, status, archived)
) strict, without rowid;
insert into tracking_count (account_id, status, archived, number)
  select account_id, status, archived, count(*) from tracking where deleted_at is null group by 1, 2, 3;

create trigger tracking_counted_in after insert on tracking when new.deleted_at is null begin
  insert into tracking_count (account_id, status, archived, number) values (new.account_id, new.status, new.archived, 1)
  on conflict do update set number = number + 1;
end;
create trigger tracking_counted_out after delete on tracking when old.deleted_at is null begin
  update tracking_count set number = number - 1
  where account_id = old.account_id and status = old.status and archived = old.archived;
end;
create trigger tracking_counted_over after update of status, archived, deleted_at on tracking
when old.status <> new.status or old.archived <> new.archived or old.deleted_at is not new.deleted_at begin
  update tracking_count set number = number - 1
  where old.deleted_at is null and account_id = old.account_id and status = old.status and archived = old.archived;
  insert into tracking_count (account_id, status, archived, number)
  select new.account_id, new.status, new.archived, 1 where new.deleted_at is null
  on conflict do update set number = number + 1;
end;
analyze sqlite_schema;
