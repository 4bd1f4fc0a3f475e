-- What the console and the pages for customers need.

-- Accounts.
-- 1. Settings of an account: how its customers see it, how long its data stays, who is written to. JSON; what is missing has
--    its default (`domain/accountSettings.ts`).
alter table account add column settings text not null default '{}';

-- 2. Who wants no letters of an account: addresses, hashed (`mail/unsubscribeTokens.ts`).
create table mail_refusal (
  account_id text not null,
  address_hash text not null,
  created_at integer not null,
  primary key (account_id, address_hash)
) strict, without rowid;

-- Figures.
-- 1. `webhook_hour`: of each webhook and hour, how many attempts were accepted and failed, and how many of those that were answered
--    took how long: `ms_33` is how many took more than 22 ms (the column before) and at most 33. Processes add to the same rows.
-- 2. `courier_hour`: of each courier and hour, how often it was asked and how it last answered.
-- 3. `delivery_parked`: to count what is parked at a webhook. Only a delivery that is parked or put back costs an entry. The second
--    condition always holds with the first; for its sake no statement but that count has this index to choose.

create table webhook_hour (
  account_id text not null,
  hour integer not null,
  webhook_id text not null,
  accepted integer not null,
  failed integer not null,
  ms_1 integer not null,
  ms_2 integer not null,
  ms_3 integer not null,
  ms_5 integer not null,
  ms_7 integer not null,
  ms_10 integer not null,
  ms_15 integer not null,
  ms_22 integer not null,
  ms_33 integer not null,
  ms_50 integer not null,
  ms_70 integer not null,
  ms_100 integer not null,
  ms_150 integer not null,
  ms_220 integer not null,
  ms_330 integer not null,
  ms_500 integer not null,
  ms_700 integer not null,
  ms_1000 integer not null,
  ms_1500 integer not null,
  ms_2200 integer not null,
  ms_3300 integer not null,
  ms_5000 integer not null,
  ms_7000 integer not null,
  ms_10000 integer not null,
  ms_15000 integer not null,
  primary key (account_id, hour, webhook_id)
) strict, without rowid;
create index webhook_hour_age on webhook_hour (hour);

create table courier_hour (
  account_id text not null,
  courier_code text not null,
  hour integer not null,
  asked integer not null,
  failed integer not null,
  answered_at integer,
  failed_at integer,
  failure text,
  primary key (account_id, courier_code, hour)
) strict, without rowid;
create index courier_hour_age on courier_hour (hour);

create index delivery_parked on delivery (webhook_id, id) where state = 'parked' and due_at is null;

-- Trackings are looked for by more than their numbers. New tables are empty, so that this takes no longer where there are millions
-- of trackings: those that are there already are filled in meanwhile (`src/tracking/terms.ts`).
-- 1. `tracking.terms`: by what it is found, as a JSON array (`src/store/terms.ts`); null: by nothing else. In no index of its table.
-- 2. `tracking_term`: the same by account and text, kept by triggers.
-- 3. `saved_view`: what somebody looks for again and again, by a name.
alter table tracking add column terms text;
create table tracking_term (
  account_id text not null,
  term text not null,
  tracking_id text not null,
  primary key (account_id, term, tracking_id)
) strict, without rowid;
create trigger tracking_termed_in after insert on tracking when new.terms is not null begin
  insert or ignore into tracking_term (account_id, term, tracking_id)
  select new.account_id, value, new.id from json_each(new.terms);
end;
create trigger tracking_termed_out after delete on tracking when old.terms is not null begin
  delete from tracking_term where account_id = old.account_id and tracking_id = old.id
    and term in (select value from json_each(old.terms));
end;
create trigger tracking_termed_over after update of terms on tracking when old.terms is not new.terms begin
  delete from tracking_term where account_id = old.account_id and tracking_id = old.id
    and term in (select value from json_each(coalesce(old.terms, '[]')))
    and term not in (select value from json_each(coalesce(new.terms, '[]')));
  insert or ignore into tracking_term (account_id, term, tracking_id)
  select new.account_id, value, new.id from json_each(coalesce(new.terms, '[]'));
end;

create table saved_view (
  account_id text not null,
  id text not null,
  name text not null,
  query text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict, without rowid;
create unique index saved_view_name on saved_view (account_id, name);

delete from sqlite_stat1 where tbl in ('tracking_term', 'saved_view');
insert into sqlite_stat1 (tbl, idx, stat) values
  ('tracking_term', 'tracking_term', '10000000 100000 2 1');
analyze sqlite_schema;

-- Tracking pages.
-- 1. What their addresses are made with, a key for each account: null until it is first needed.
-- 2. The account's logo, by the SHA-256 of its bytes, which stand in base64 in a table of their own.
alter table account add column track_key_sealed text;
alter table account add column logo_hash text;
create table account_logo (
  account_id text not null,
  hash text not null,
  content_type text not null,
  data text not null,
  created_at integer not null,
  primary key (account_id, hash)
) strict, without rowid;

-- Keys and couriers.
-- 1. When a key was last used, as is written now and then; null: not since that is written.
-- 2. `courier_credential`: what a courier is shown on behalf of an account, sealed as one JSON object.
alter table api_key add column last_used_at integer;

create table courier_credential (
  account_id text not null,
  courier_code text not null,
  values_sealed text not null,
  updated_at integer not null,
  primary key (account_id, courier_code)
) strict, without rowid;
