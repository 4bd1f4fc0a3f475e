-- What the console and the pages for customers need.

-- 1. Settings of an account: how its customers see it, how long its data stays, who is written to. JSON; what is missing has
--    its default (`domain/accountSettings.ts`).
alter table account add column settings text not null default '{}';

-- 2. When a key was last used, as is written now and then; null: not since that is written. And what couriers are to be shown on
--    behalf of an account, sealed as one JSON object.
alter table api_key add column last_used_at integer;

create table courier_credential (
  account_id text not null,
  courier_code text not null,
  values_sealed text not null,
  updated_at integer not null,
  primary key (account_id, courier_code)
) strict, without rowid;
