-- What the console and the pages for customers need.

-- 1. Settings of an account: how its customers see it, how long its data stays, who is written to. JSON; what is missing has
--    its default (`domain/accountSettings.ts`).
alter table account add column settings text not null default '{}';

-- 2. What addresses of tracking pages are made with, a key for each account: null until it is first needed. And the account's
--    logo, by the SHA-256 of its bytes, which stand in base64 in a table of their own.
alter table account add column track_key_sealed text;
alter table account add column logo_hash text;
create table account_logo (
  account_id text collate "C" not null,
  hash text collate "C" not null,
  content_type text not null,
  data text not null,
  created_at bigint not null,
  primary key (account_id, hash)
);
