-- The first schema: what SQLite's first one says, in PostgreSQL's words. Ids stand as the API writes them (`trk_…`) and
-- compare byte by byte (collate "C"), whatever the database's own language; times are epoch milliseconds.
-- 1. Trackings: what lists filter by as columns, the rest as one JSON document with its checkpoints (decision record
--    0003). The documents are the same texts in both stores.
-- 2. Events carry the body of each version owed, rendered once. `position` is the number of the transaction that
--    committed them (see `logBase.ts`): several processes make ids, so id order is not commit order; the log is read by
--    (position, id) and never past a transaction that is still in flight. `replayed` ones were owed to a webhook later than their day.
-- 3. `delivery` holds unsettled rows only; settled ones move to `delivery_history`. Its rows come and go, so it is
--    vacuumed early and keeps room in its pages. Heads of parcels alone are in the index that a queue is read by,
--    by shard, since a process reads only those that it sends. A delivery of an operational event has no tracking, number
--    and revision; its shard is its webhook's.
-- 4. Columns ending in `_sealed` are encrypted by the vault.
-- 5. Events, settled deliveries and attempts lie in a table for each day, by the time that their ids begin with:
--    retention drops a day instead of deleting its rows. There is no default partition: days are made ahead
--    (`days.ts`). What a dropped day held that is still needed moves to the `…_kept` partition, which reaches from the
--    beginning of time to the oldest day.
-- 6. Who holds which shard, and which processes live, by the clock of the database. All shards have a row from the
--    beginning; rows are rewritten every few seconds, so they have room beside them.
-- 7. Long rows stay in one piece (`toast_tuple_target`): bodies of 3 KB are not compressed one by one.

create table account (
  id text collate "C" primary key,
  signing_email text not null,
  previous_signing_email text,
  previous_signing_email_until bigint,
  webhook_secret_sealed text not null,
  previous_webhook_secret_sealed text,
  previous_webhook_secret_until bigint,
  time_zone text not null,
  suspended smallint not null,
  created_at bigint not null
);

create table api_key (
  account_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  role text not null,
  hash text collate "C" not null unique,
  hint text not null,
  created_at bigint not null,
  primary key (account_id, id)
);

create table note (
  name text collate "C" primary key,
  value text collate "C" not null
);

create table tracking (
  account_id text collate "C" not null,
  id text collate "C" not null,
  number text collate "C" not null,
  courier_code text collate "C",
  generation integer not null,
  shard smallint not null,
  revision integer not null,
  status text collate "C" not null,
  substatus text not null,
  archived smallint not null,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
  expire_day integer,
  poll_at bigint,
  last_event_id text,
  document text not null,
  primary key (account_id, id)
) with (fillfactor = 85, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02);
create unique index tracking_identity on tracking (account_id, number, coalesce(courier_code, ''), generation);
create index tracking_status on tracking (account_id, status, id) where deleted_at is null;
create index tracking_expiry on tracking (expire_day, id) where expire_day is not null;
create index tracking_poll on tracking (poll_at) where poll_at is not null;

create table event (
  account_id text collate "C" not null,
  id text collate "C" not null,
  position bigint not null,
  replayed boolean not null default false,
  document text not null,
  v2 text,
  v3 text,
  v4 text,
  standard text,
  primary key (account_id, id)
) partition by range (id);
create index event_log on event (account_id, position, id);

create table delivery (
  account_id text collate "C" not null,
  id text collate "C" not null,
  webhook_id text collate "C" not null,
  tracking_id text collate "C",
  event_id text collate "C" not null,
  number text,
  revision integer,
  version text not null,
  callback smallint not null,
  ordered smallint not null,
  state text collate "C" not null check (state in ('ready', 'scheduled', 'blocked', 'parked')),
  attempts integer not null,
  due_at bigint,
  created_at bigint not null,
  shard smallint not null,
  primary key (account_id, id),
  check ((state in ('ready', 'scheduled')) = (due_at is not null))
) with (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.1,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
create index delivery_parcel on delivery (webhook_id, tracking_id, revision);
create index delivery_loose on delivery (webhook_id, account_id, id) where tracking_id is null;
create index delivery_head on delivery (webhook_id, shard, due_at, id) where state in ('ready', 'scheduled');

create table delivery_history (
  account_id text collate "C" not null,
  id text collate "C" not null,
  webhook_id text collate "C" not null,
  tracking_id text collate "C",
  event_id text collate "C" not null,
  number text,
  revision integer,
  version text not null,
  callback smallint not null,
  ordered smallint not null,
  state text collate "C" not null check (state in ('accepted', 'cancelled')),
  attempts integer not null,
  created_at bigint not null,
  settled_at bigint not null,
  primary key (account_id, id)
) partition by range (id);

create table attempt (
  account_id text collate "C" not null,
  delivery_id text collate "C" not null,
  id text collate "C" not null,
  webhook_id text collate "C" not null,
  started_at bigint not null,
  verdict text not null,
  document text not null,
  primary key (account_id, delivery_id, id)
) partition by range (id);

create table event_kept partition of event for values from (minvalue) to ('evt_');
create table delivery_history_kept partition of delivery_history for values from (minvalue) to ('dlv_');
create table attempt_kept partition of attempt for values from (minvalue) to ('att_');

create table webhook (
  account_id text collate "C" not null,
  id text collate "C" not null,
  document text not null,
  url_sealed text not null,
  headers_sealed text not null,
  secret_sealed text not null,
  previous_secret_sealed text,
  primary key (account_id, id)
);

create table answer (
  account_id text collate "C" not null,
  key text collate "C" not null,
  request_hash text not null,
  status integer not null,
  body_sealed text not null,
  created_at bigint not null,
  primary key (account_id, key)
);
create index answer_age on answer (created_at);

create table inbox_message (
  account_id text collate "C" not null,
  id text collate "C" not null,
  received_at bigint not null,
  verified smallint not null,
  bytes integer not null,
  document text not null,
  primary key (account_id, id)
);

create table process (
  id text collate "C" primary key,
  duties text[] not null,
  seen_until timestamptz not null
) with (fillfactor = 50);

create table shard (
  duty text collate "C" not null,
  shard smallint not null,
  owner text collate "C",
  epoch bigint not null default 0,
  lease_until timestamptz,
  primary key (duty, shard),
  check ((owner is null) = (lease_until is null))
) with (fillfactor = 30);

insert into shard (duty, shard)
select duty, shard from unnest(array['send', 'poll']) as duty cross join generate_series(0, 63) as shard;
