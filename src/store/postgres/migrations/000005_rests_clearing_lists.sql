-- 1. A rest lasts as long as who told it keeps it up, by the clock of the database, so that nobody waits for one who died over it.
--    It is over as soon as any process says so; its steps hold its row, and find it over if they come too late.
-- 2. `clearing`: whose table of deliveries is being cleared. What waits is parked or, with a time, all is cancelled as of then; `after`
--    is how far that has come.
-- 3. Pages of what was made within some time pass over many rows, too, and the index is all they look at for it; and those that
--    are archived may be few among very many.
alter table news add column kept_until timestamptz, add column over boolean not null default false;
update news set over = true where kind = 'rests';
create index news_resting on news (number) where kind = 'rests' and not over;

create table clearing (
  account_id text collate "C" not null,
  webhook_id text collate "C" not null,
  settled_at bigint,
  after text,
  primary key (account_id, webhook_id)
) with (fillfactor = 50);

create index tracking_made on tracking (account_id, id) include (created_at) where deleted_at is null;
drop index tracking_living;
create index tracking_archived on tracking (account_id, archived, id) where archived = 1 and deleted_at is null;
