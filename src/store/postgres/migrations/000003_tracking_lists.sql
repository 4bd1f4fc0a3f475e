-- Lists of trackings by page number pass over many rows that they do not read: from an index, that is. And they tell how many there are.
-- 1. All of an account that are not deleted, by id, and the same of one courier.
-- 2. `tracking_count`: how many of each status, archived or not, kept by triggers, so that whoever writes a tracking writes it in the
--    same transaction. Each connection (`pid`) counts in rows of its own and the sum is what holds: with shared rows, two that
--    write for one account would wait for each other's commits, or lock each other out. Those that are there already are counted once.
create index tracking_living on tracking (account_id, id) where deleted_at is null;
create index tracking_courier on tracking (account_id, courier_code, id) where deleted_at is null;

create table tracking_count (
  account_id text collate "C" not null,
  status text collate "C" not null,
  archived smallint not null,
  pid integer not null,
  number bigint not null,
  primary key (account_id, status, archived, pid)
) with (fillfactor = 50);

create function tracking_counted() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into tracking_count (account_id, status, archived, pid, number)
    select account_id, status, archived, pg_backend_pid(), count(*) from made where deleted_at is null group by 1, 2, 3
    on conflict (account_id, status, archived, pid) do update set number = tracking_count.number + excluded.number;
  elsif tg_op = 'DELETE' then
    insert into tracking_count (account_id, status, archived, pid, number)
    select account_id, status, archived, pg_backend_pid(), -count(*) from gone where deleted_at is null group by 1, 2, 3
    on conflict (account_id, status, archived, pid) do update set number = tracking_count.number + excluded.number;
  else
    insert into tracking_count (account_id, status, archived, pid, number)
    select account_id, status, archived, pg_backend_pid(), sum(change) from (
      select account_id, status, archived, 1 as change from made where deleted_at is null
      union all
      select account_id, status, archived, -1 from gone where deleted_at is null) as changes
    group by 1, 2, 3 having sum(change) <> 0
    on conflict (account_id, status, archived, pid) do update set number = tracking_count.number + excluded.number;
  end if;
  return null;
end $$;
create trigger tracking_counted_in after insert on tracking
  referencing new table as made for each statement execute function tracking_counted();
create trigger tracking_counted_out after delete on tracking
  referencing old table as gone for each statement execute function tracking_counted();
create trigger tracking_counted_over after update on tracking
  referencing old table as gone new table as made for each statement execute function tracking_counted();

insert into tracking_count (account_id, status, archived, pid, number)
  select account_id, status, archived, 0, count(*) from tracking where deleted_at is null group by 1, 2, 3;
