-- Made of the migrations by `node test/conformance/databaseSnapshot.ts`; not to be edited.

create table account (
  id text collate "C" not null,
  signing_email text not null,
  previous_signing_email text,
  previous_signing_email_until bigint,
  webhook_secret_sealed text not null,
  previous_webhook_secret_sealed text,
  previous_webhook_secret_until bigint,
  time_zone text not null,
  suspended smallint not null,
  created_at bigint not null,
  settings text not null default '{}'::text,
  track_key_sealed text,
  logo_hash text,
  PRIMARY KEY (id)
);

create table account_logo (
  account_id text collate "C" not null,
  hash text collate "C" not null,
  content_type text not null,
  data text not null,
  created_at bigint not null,
  PRIMARY KEY (account_id, hash)
);

create table answer (
  account_id text collate "C" not null,
  key text collate "C" not null,
  request_hash text not null,
  status integer not null,
  body_sealed text not null,
  created_at bigint not null,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX answer_age ON public.answer USING btree (created_at);

create table api_key (
  account_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  role text not null,
  hash text collate "C" not null,
  hint text not null,
  created_at bigint not null,
  last_used_at bigint,
  PRIMARY KEY (account_id, id),
  UNIQUE (hash)
);

create table attempt (
  account_id text collate "C" not null,
  delivery_id text collate "C" not null,
  id text collate "C" not null,
  webhook_id text collate "C" not null,
  started_at bigint not null,
  verdict text not null,
  document text not null,
  PRIMARY KEY (account_id, delivery_id, id)
) partition by range (id);

create table audit (
  account_id text collate "C" not null,
  id text collate "C" not null,
  at bigint not null,
  actor text not null,
  action text not null,
  about text,
  address text not null,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX audit_age ON public.audit USING btree (at);

create table clearing (
  account_id text collate "C" not null,
  webhook_id text collate "C" not null,
  settled_at bigint,
  after text,
  PRIMARY KEY (account_id, webhook_id)
) with (fillfactor=50);

create table courier_credential (
  account_id text collate "C" not null,
  courier_code text collate "C" not null,
  values_sealed text not null,
  updated_at bigint not null,
  PRIMARY KEY (account_id, courier_code)
);

create table courier_hour (
  account_id text collate "C" not null,
  courier_code text collate "C" not null,
  hour bigint not null,
  asked integer not null,
  failed integer not null,
  answered_at bigint,
  failed_at bigint,
  failure text,
  PRIMARY KEY (account_id, courier_code, hour)
) with (fillfactor=70);
CREATE INDEX courier_hour_age ON public.courier_hour USING btree (hour);

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
  state text collate "C" not null,
  attempts integer not null,
  due_at bigint,
  created_at bigint not null,
  shard smallint not null,
  PRIMARY KEY (account_id, id),
  CHECK (((state = ANY (ARRAY['ready'::text, 'scheduled'::text])) = (due_at IS NOT NULL))),
  CHECK ((state = ANY (ARRAY['ready'::text, 'scheduled'::text, 'blocked'::text, 'parked'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=1000, autovacuum_vacuum_insert_scale_factor=0.1, autovacuum_analyze_scale_factor=0.05, autovacuum_vacuum_cost_delay=0);
CREATE INDEX delivery_head ON public.delivery USING btree (webhook_id, shard, due_at, id) WHERE (state = ANY (ARRAY['ready'::text, 'scheduled'::text]));
CREATE INDEX delivery_loose ON public.delivery USING btree (webhook_id, account_id, id) WHERE (tracking_id IS NULL);
CREATE INDEX delivery_parcel ON public.delivery USING btree (webhook_id, tracking_id, revision);
CREATE INDEX delivery_parked ON public.delivery USING btree (webhook_id, id) WHERE ((state = 'parked'::text) AND (due_at IS NULL));

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
  state text collate "C" not null,
  attempts integer not null,
  created_at bigint not null,
  settled_at bigint not null,
  PRIMARY KEY (account_id, id),
  CHECK ((state = ANY (ARRAY['accepted'::text, 'cancelled'::text])))
) partition by range (id);

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
  PRIMARY KEY (account_id, id)
) partition by range (id);
CREATE INDEX event_log ON ONLY public.event USING btree (account_id, "position", id);

create table inbox_message (
  account_id text collate "C" not null,
  id text collate "C" not null,
  received_at bigint not null,
  verified smallint not null,
  bytes integer not null,
  document text not null,
  PRIMARY KEY (account_id, id)
);

create table mail_refusal (
  account_id text collate "C" not null,
  address_hash text collate "C" not null,
  created_at bigint not null,
  PRIMARY KEY (account_id, address_hash)
);

create table member (
  account_id text collate "C" not null,
  id text collate "C" not null,
  email text not null,
  email_folded text collate "C" not null,
  name text,
  role text not null,
  password_hash text,
  link_hash text collate "C",
  link_until bigint,
  language text,
  created_at bigint not null,
  signed_in_at bigint,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX member_email ON public.member USING btree (account_id, email_folded);
CREATE UNIQUE INDEX member_link ON public.member USING btree (link_hash) WHERE (link_hash IS NOT NULL);
CREATE INDEX member_sign_in ON public.member USING btree (email_folded, id);

create table news (
  number bigint not null,
  kind text not null,
  account_id text collate "C" not null,
  webhook_id text collate "C",
  made_at timestamp with time zone not null default now(),
  rest bigint,
  kept_until timestamp with time zone,
  over boolean not null default false,
  PRIMARY KEY (number)
);
CREATE INDEX news_resting ON public.news USING btree (number) WHERE ((kind = 'rests'::text) AND (NOT over));

create table news_count (
  id smallint not null default 1,
  number bigint not null,
  PRIMARY KEY (id),
  CHECK ((id = 1))
) with (fillfactor=20);

create table note (
  name text collate "C" not null,
  value text collate "C" not null,
  PRIMARY KEY (name)
);

create table process (
  id text collate "C" not null,
  duties text[] not null,
  seen_until timestamp with time zone not null,
  heard bigint not null default 0,
  PRIMARY KEY (id)
) with (fillfactor=50);

create table saved_view (
  account_id text collate "C" not null,
  id text collate "C" not null,
  name text collate "C" not null,
  query text not null,
  created_at bigint not null,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX saved_view_name ON public.saved_view USING btree (account_id, name);

create table schema_version (
  version integer not null,
  name text not null,
  migrated_at timestamp with time zone not null default now(),
  PRIMARY KEY (version)
);

create table session (
  account_id text collate "C" not null,
  id text collate "C" not null,
  hash text collate "C" not null,
  member_id text collate "C" not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  browser text not null,
  address text not null,
  PRIMARY KEY (account_id, id),
  UNIQUE (hash)
);
CREATE INDEX session_expiry ON public.session USING btree (expires_at);
CREATE INDEX session_member ON public.session USING btree (account_id, member_id, id);

create table shard (
  duty text collate "C" not null,
  shard smallint not null,
  owner text collate "C",
  epoch bigint not null default 0,
  lease_until timestamp with time zone,
  PRIMARY KEY (duty, shard),
  CHECK (((owner IS NULL) = (lease_until IS NULL)))
) with (fillfactor=30);

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
  writes integer not null default 1,
  terms text collate "C",
  PRIMARY KEY (account_id, id)
) with (fillfactor=85, toast_tuple_target=8160, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX tracking_archived ON public.tracking USING btree (account_id, archived, id) WHERE ((archived = 1) AND (deleted_at IS NULL));
CREATE INDEX tracking_courier ON public.tracking USING btree (account_id, courier_code, id) WHERE (deleted_at IS NULL);
CREATE INDEX tracking_expiry ON public.tracking USING btree (expire_day, id) WHERE (expire_day IS NOT NULL);
CREATE UNIQUE INDEX tracking_identity ON public.tracking USING btree (account_id, number, COALESCE(courier_code, ''::text), generation);
CREATE INDEX tracking_made ON public.tracking USING btree (account_id, id) INCLUDE (created_at) WHERE (deleted_at IS NULL);
CREATE INDEX tracking_poll_by_shard ON public.tracking USING btree (shard, poll_at, id) WHERE (poll_at IS NOT NULL);
CREATE INDEX tracking_status ON public.tracking USING btree (account_id, status, id) WHERE (deleted_at IS NULL);

create table tracking_count (
  account_id text collate "C" not null,
  status text collate "C" not null,
  archived smallint not null,
  pid integer not null,
  number bigint not null,
  PRIMARY KEY (account_id, status, archived, pid)
) with (fillfactor=50);

create table tracking_term (
  account_id text collate "C" not null,
  term text collate "C" not null,
  tracking_id text collate "C" not null,
  PRIMARY KEY (account_id, term, tracking_id)
);

create table webhook (
  account_id text collate "C" not null,
  id text collate "C" not null,
  document text not null,
  url_sealed text not null,
  headers_sealed text not null,
  secret_sealed text not null,
  previous_secret_sealed text,
  PRIMARY KEY (account_id, id)
);

create table webhook_hour (
  account_id text collate "C" not null,
  hour bigint not null,
  webhook_id text collate "C" not null,
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
  PRIMARY KEY (account_id, hour, webhook_id)
) with (fillfactor=70);
CREATE INDEX webhook_hour_age ON public.webhook_hour USING btree (hour);

CREATE OR REPLACE FUNCTION public.tracking_counted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.tracking_termed_new()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into tracking_term (account_id, term, tracking_id)
  select account_id, json_array_elements_text(terms::json), id from made where terms is not null on conflict do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.tracking_termed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.terms is not null then
    if tg_op = 'UPDATE' and new.terms is not null then
      delete from tracking_term where account_id = old.account_id and tracking_id = old.id
        and term = any(array(select json_array_elements_text(old.terms::json) except select json_array_elements_text(new.terms::json)));
    else
      delete from tracking_term where account_id = old.account_id and tracking_id = old.id
        and term = any(array(select json_array_elements_text(old.terms::json)));
    end if;
  end if;
  if tg_op <> 'DELETE' and new.terms is not null then
    insert into tracking_term (account_id, term, tracking_id)
    select new.account_id, json_array_elements_text(new.terms::json), new.id on conflict do nothing;
  end if;
  return null;
end $function$;

CREATE TRIGGER tracking_counted_in AFTER INSERT ON public.tracking REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION tracking_counted();

CREATE TRIGGER tracking_counted_out AFTER DELETE ON public.tracking REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tracking_counted();

CREATE TRIGGER tracking_counted_over AFTER UPDATE ON public.tracking REFERENCING OLD TABLE AS gone NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION tracking_counted();

CREATE TRIGGER tracking_termed_in AFTER INSERT ON public.tracking REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION tracking_termed_new();

CREATE TRIGGER tracking_termed_out AFTER DELETE ON public.tracking FOR EACH ROW WHEN ((old.terms IS NOT NULL)) EXECUTE FUNCTION tracking_termed();

CREATE TRIGGER tracking_termed_over AFTER UPDATE ON public.tracking FOR EACH ROW WHEN ((old.terms IS DISTINCT FROM new.terms)) EXECUTE FUNCTION tracking_termed();
