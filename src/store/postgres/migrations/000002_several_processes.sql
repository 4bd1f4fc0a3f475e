-- What several processes on one database need.
-- 1. `writes`: how often a tracking was written. Its revision does not tell: archiving a parcel, or saying when its courier is to
--    be asked next, is no revision, and two processes that do so at once must not undo each other.
-- 2. Whose turn it is to ask a courier is found by shard.
-- 3. `news`: what was changed of accounts, their keys and webhooks, numbered without a gap in the order of commits; `news_count` is
--    the number of the newest. Processes hold those things in memory: they read here what to read anew, and whoever writes on the
--    strength of what it holds says how far it had read; and each
--    living process says how far it has.

alter table tracking add column writes integer not null default 1;

create index tracking_poll_by_shard on tracking (shard, poll_at, id) where poll_at is not null;
drop index tracking_poll;

alter table process add column heard bigint not null default 0;

create table news_count (
  id smallint primary key default 1 check (id = 1),
  number bigint not null
) with (fillfactor = 20);
insert into news_count (number) values (0);

create table news (
  number bigint primary key,
  kind text not null,
  account_id text collate "C" not null,
  webhook_id text collate "C",
  made_at timestamptz not null default now()
);
