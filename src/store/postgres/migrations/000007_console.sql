-- What the console and the pages for customers need.

-- 1. Settings of an account: how its customers see it, how long its data stays, who is written to. JSON; what is missing has
--    its default (`domain/accountSettings.ts`).
alter table account add column settings text not null default '{}';

-- Figures.
-- 1. `webhook_hour`: of each webhook and hour, how many attempts were accepted and failed, and how many of those that were answered
--    took how long: `ms_33` is how many took more than 22 ms (the column before) and at most 33. Processes add to the same rows.
--    They are rewritten every few seconds, so they have room beside them.
-- 2. `courier_hour`: of each courier and hour, how often it was asked and how it last answered.
-- 3. `delivery_parked`: to count what is parked at a webhook. Only a delivery that is parked or put back costs an entry. The second
--    condition always holds with the first; for its sake no statement but that count has this index to choose.

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
  primary key (account_id, hour, webhook_id)
) with (fillfactor = 70);
create index webhook_hour_age on webhook_hour (hour);

create table courier_hour (
  account_id text collate "C" not null,
  courier_code text collate "C" not null,
  hour bigint not null,
  asked integer not null,
  failed integer not null,
  answered_at bigint,
  failed_at bigint,
  failure text,
  primary key (account_id, courier_code, hour)
) with (fillfactor = 70);
create index courier_hour_age on courier_hour (hour);

create index delivery_parked on delivery (webhook_id, id) where state = 'parked' and due_at is null;
