-- The first schema. Ids stand as the API writes them (`trk_…`), times are epoch milliseconds.
-- 1. Trackings: what lists filter by as columns, the rest as one JSON document with its checkpoints: measured faster
--    than checkpoint rows up to some twenty scans (decision record 0003). A rowid table, because long documents make
--    a clustered one slow.
-- 2. Events carry the body of each version owed, rendered once.
-- 3. `delivery` holds unsettled rows only; settled ones move to `delivery_history`. That has no index by tracking, which
--    would dirty a page of its own with every delivery: a tracking names its newest event, an event the one before it and
--    its deliveries. A delivery of an operational event has no tracking, number and revision.
-- 4. Columns ending in `_sealed` are encrypted by the vault.
-- 5. Statistics for SQLite's planner, invented and fixed: many rows an account, few a parcel. Without any it takes an
--    account for ten rows and reads all of it; gathered ones follow what happens to lie there, and an empty queue
--    makes bad plans for a full one.

create table account (
  id text primary key,
  signing_email text not null,
  previous_signing_email text,
  previous_signing_email_until integer,
  webhook_secret_sealed text not null,
  previous_webhook_secret_sealed text,
  previous_webhook_secret_until integer,
  time_zone text not null,
  suspended integer not null,
  created_at integer not null
) strict, without rowid;

create table api_key (
  account_id text not null,
  id text not null,
  name text not null,
  role text not null,
  hash text not null unique,
  hint text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict, without rowid;

create table note (
  name text primary key,
  value text not null
) strict, without rowid;

create table tracking (
  account_id text not null,
  id text not null,
  number text not null,
  courier_code text,
  generation integer not null,
  shard integer not null,
  revision integer not null,
  status text not null,
  substatus text not null,
  archived integer not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  expire_day integer,
  poll_at integer,
  last_event_id text,
  document text not null,
  primary key (account_id, id)
) strict;
create unique index tracking_identity on tracking (account_id, number, coalesce(courier_code, ''), generation);
create index tracking_status on tracking (account_id, status, id) where deleted_at is null;
create index tracking_expiry on tracking (expire_day) where expire_day is not null;
create index tracking_poll on tracking (poll_at) where poll_at is not null;

create table event (
  account_id text not null,
  id text not null,
  document text not null,
  v2 text,
  v3 text,
  v4 text,
  standard text,
  primary key (account_id, id)
) strict;

create table delivery (
  account_id text not null,
  id text not null,
  webhook_id text not null,
  tracking_id text,
  event_id text not null,
  number text,
  revision integer,
  version text not null,
  callback integer not null,
  ordered integer not null,
  state text not null check (state in ('ready', 'scheduled', 'blocked', 'parked')),
  attempts integer not null,
  due_at integer,
  created_at integer not null,
  primary key (account_id, id),
  check ((state in ('ready', 'scheduled')) = (due_at is not null))
) strict, without rowid;
create index delivery_parcel on delivery (webhook_id, tracking_id, revision);
create index delivery_head on delivery (webhook_id, due_at, id) where state in ('ready', 'scheduled');

create table delivery_history (
  account_id text not null,
  id text not null,
  webhook_id text not null,
  tracking_id text,
  event_id text not null,
  number text,
  revision integer,
  version text not null,
  callback integer not null,
  ordered integer not null,
  state text not null check (state in ('accepted', 'cancelled')),
  attempts integer not null,
  created_at integer not null,
  settled_at integer not null,
  primary key (account_id, id)
) strict, without rowid;

create table attempt (
  account_id text not null,
  delivery_id text not null,
  id text not null,
  webhook_id text not null,
  started_at integer not null,
  verdict text not null,
  document text not null,
  primary key (account_id, delivery_id, id)
) strict, without rowid;

create table webhook (
  account_id text not null,
  id text not null,
  document text not null,
  url_sealed text not null,
  headers_sealed text not null,
  secret_sealed text not null,
  previous_secret_sealed text,
  primary key (account_id, id)
) strict, without rowid;

create table answer (
  account_id text not null,
  key text not null,
  request_hash text not null,
  status integer not null,
  body_sealed text not null,
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;
create index answer_age on answer (created_at);

create table inbox_message (
  account_id text not null,
  id text not null,
  received_at integer not null,
  verified integer not null,
  bytes integer not null,
  document text not null,
  primary key (account_id, id)
) strict, without rowid;

analyze;
insert into sqlite_stat1 (tbl, idx, stat) values
  ('tracking', 'sqlite_autoindex_tracking_1', '10000000 100000 1'),
  ('tracking', 'tracking_identity', '10000000 100000 2 2 1'),
  ('tracking', 'tracking_status', '10000000 100000 10000 1'),
  ('tracking', 'tracking_expiry', '1000000 10000'),
  ('tracking', 'tracking_poll', '1000000 2'),
  ('event', 'sqlite_autoindex_event_1', '10000000 100000 1'),
  ('delivery', 'delivery', '1000000 100000 1'),
  ('delivery', 'delivery_parcel', '1000000 50000 5 1'),
  ('delivery', 'delivery_head', '500000 50000 2 1'),
  ('delivery_history', 'delivery_history', '10000000 100000 1'),
  ('attempt', 'attempt', '10000000 100000 2 1'),
  ('webhook', 'webhook', '1000 4 1'),
  ('answer', 'answer', '100000 1000 1'),
  ('answer', 'answer_age', '100000 2'),
  ('inbox_message', 'inbox_message', '10000 500 1');
analyze sqlite_schema;
