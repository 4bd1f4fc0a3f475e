-- Made of the migrations by `node test/conformance/snapshot.ts`; not to be edited.

CREATE TABLE account (
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
, settings text not null default '{}', track_key_sealed text, logo_hash text) strict, without rowid;

CREATE TABLE account_logo (
  account_id text not null,
  hash text not null,
  content_type text not null,
  data text not null,
  created_at integer not null,
  primary key (account_id, hash)
) strict, without rowid;

CREATE TABLE answer (
  account_id text not null,
  key text not null,
  request_hash text not null,
  status integer not null,
  body_sealed text not null,
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;
CREATE INDEX answer_age on answer (created_at);

CREATE TABLE api_key (
  account_id text not null,
  id text not null,
  name text not null,
  role text not null,
  hash text not null unique,
  hint text not null,
  created_at integer not null, last_used_at integer,
  primary key (account_id, id)
) strict, without rowid;

CREATE TABLE attempt (
  account_id text not null,
  delivery_id text not null,
  id text not null,
  webhook_id text not null,
  started_at integer not null,
  verdict text not null,
  document text not null,
  primary key (account_id, delivery_id, id)
) strict, without rowid;

CREATE TABLE audit (
  account_id text not null,
  id text not null,
  at integer not null,
  actor text not null,
  action text not null,
  about text,
  address text not null,
  primary key (account_id, id)
) strict, without rowid;
CREATE INDEX audit_age on audit (at);

CREATE TABLE courier_credential (
  account_id text not null,
  courier_code text not null,
  values_sealed text not null,
  updated_at integer not null,
  primary key (account_id, courier_code)
) strict, without rowid;

CREATE TABLE courier_hour (
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
CREATE INDEX courier_hour_age on courier_hour (hour);

CREATE TABLE delivery (
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
CREATE INDEX delivery_head on delivery (webhook_id, due_at, id) where state in ('ready', 'scheduled');
CREATE INDEX delivery_parcel on delivery (webhook_id, tracking_id, revision);
CREATE INDEX delivery_parked on delivery (webhook_id, id) where state = 'parked' and due_at is null;

CREATE TABLE delivery_history (
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

CREATE TABLE event (
  account_id text not null,
  id text not null,
  document text not null,
  v2 text,
  v3 text,
  v4 text,
  standard text,
  primary key (account_id, id)
) strict;

CREATE TABLE inbox_message (
  account_id text not null,
  id text not null,
  received_at integer not null,
  verified integer not null,
  bytes integer not null,
  document text not null,
  primary key (account_id, id)
) strict, without rowid;

CREATE TABLE mail_refusal (
  account_id text not null,
  address_hash text not null,
  created_at integer not null,
  primary key (account_id, address_hash)
) strict, without rowid;

CREATE TABLE member (
  account_id text not null,
  id text not null,
  email text not null,
  email_folded text not null,
  name text,
  role text not null,
  password_hash text,
  link_hash text,
  link_until integer,
  language text,
  created_at integer not null,
  signed_in_at integer,
  primary key (account_id, id)
) strict, without rowid;
CREATE UNIQUE INDEX member_email on member (account_id, email_folded);
CREATE UNIQUE INDEX member_link on member (link_hash) where link_hash is not null;
CREATE INDEX member_sign_in on member (email_folded, id);

CREATE TABLE note (
  name text primary key,
  value text not null
) strict, without rowid;

CREATE TABLE saved_view (
  account_id text not null,
  id text not null,
  name text not null,
  query text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict, without rowid;
CREATE UNIQUE INDEX saved_view_name on saved_view (account_id, name);

CREATE TABLE session (
  account_id text not null,
  id text not null,
  hash text not null unique,
  member_id text not null,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  browser text not null,
  address text not null,
  primary key (account_id, id)
) strict, without rowid;
CREATE INDEX session_expiry on session (expires_at);
CREATE INDEX session_member on session (account_id, member_id, id);

CREATE TRIGGER tracking_counted_in after insert on tracking when new.deleted_at is null begin
  insert into tracking_count (account_id, status, archived, number) values (new.account_id, new.status, new.archived, 1)
  on conflict do update set number = number + 1;
end;
CREATE TRIGGER tracking_counted_out after delete on tracking when old.deleted_at is null begin
  update tracking_count set number = number - 1
  where account_id = old.account_id and status = old.status and archived = old.archived;
end;
CREATE TRIGGER tracking_counted_over after update of status, archived, deleted_at on tracking
when old.status <> new.status or old.archived <> new.archived or old.deleted_at is not new.deleted_at begin
  update tracking_count set number = number - 1
  where old.deleted_at is null and account_id = old.account_id and status = old.status and archived = old.archived;
  insert into tracking_count (account_id, status, archived, number)
  select new.account_id, new.status, new.archived, 1 where new.deleted_at is null
  on conflict do update set number = number + 1;
end;
CREATE TRIGGER tracking_termed_in after insert on tracking when new.terms is not null begin
  insert or ignore into tracking_term (account_id, term, tracking_id)
  select new.account_id, value, new.id from json_each(new.terms);
end;
CREATE TRIGGER tracking_termed_out after delete on tracking when old.terms is not null begin
  delete from tracking_term where account_id = old.account_id and tracking_id = old.id
    and term in (select value from json_each(old.terms));
end;
CREATE TRIGGER tracking_termed_over after update of terms on tracking when old.terms is not new.terms begin
  delete from tracking_term where account_id = old.account_id and tracking_id = old.id
    and term in (select value from json_each(coalesce(old.terms, '[]')))
    and term not in (select value from json_each(coalesce(new.terms, '[]')));
  insert or ignore into tracking_term (account_id, term, tracking_id)
  select new.account_id, value, new.id from json_each(coalesce(new.terms, '[]'));
end;
CREATE TABLE tracking (
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
  document text not null, writes integer not null default 1, terms text,
  primary key (account_id, id)
) strict;
CREATE INDEX tracking_archived on tracking (account_id, archived, id, deleted_at) where archived = 1 and deleted_at is null;
CREATE INDEX tracking_courier on tracking (account_id, courier_code, id, deleted_at) where deleted_at is null;
CREATE INDEX tracking_expiry on tracking (expire_day) where expire_day is not null;
CREATE UNIQUE INDEX tracking_identity on tracking (account_id, number, coalesce(courier_code, ''), generation);
CREATE INDEX tracking_made on tracking (account_id, id, created_at, deleted_at) where deleted_at is null;
CREATE INDEX tracking_poll on tracking (poll_at) where poll_at is not null;
CREATE INDEX tracking_status on tracking (account_id, status, id) where deleted_at is null;

CREATE TABLE tracking_count (
  account_id text not null,
  status text not null,
  archived integer not null,
  number integer not null,
  primary key (account_id, status, archived)
) strict, without rowid;

CREATE TABLE tracking_term (
  account_id text not null,
  term text not null,
  tracking_id text not null,
  primary key (account_id, term, tracking_id)
) strict, without rowid;

CREATE TABLE webhook (
  account_id text not null,
  id text not null,
  document text not null,
  url_sealed text not null,
  headers_sealed text not null,
  secret_sealed text not null,
  previous_secret_sealed text,
  primary key (account_id, id)
) strict, without rowid;

CREATE TABLE webhook_hour (
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
CREATE INDEX webhook_hour_age on webhook_hour (hour);
