-- What the console and the pages for customers need.

-- 1. Settings of an account: how its customers see it, how long its data stays, who is written to. JSON; what is missing has
--    its default (`domain/accountSettings.ts`).
alter table account add column settings text not null default '{}';

-- 2. Who wants no letters of an account: addresses, hashed (`mail/unsubscribing.ts`).
create table mail_refusal (
  account_id text collate "C" not null,
  address_hash text collate "C" not null,
  created_at bigint not null,
  primary key (account_id, address_hash)
);
