-- People who sign in.
-- 1. `member`: an email once in an account, compared as `email_folded`. Of the link that sets a password only the SHA-256 of its
--    token is kept.
-- 2. `session`: where somebody is signed in, by the SHA-256 of what the cookie holds. It does not move to another store.
-- 3. `audit`: who changed what.

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
  primary key (account_id, id)
);
create unique index member_email on member (account_id, email_folded);
create index member_sign_in on member (email_folded, id);
create unique index member_link on member (link_hash) where link_hash is not null;

create table session (
  account_id text collate "C" not null,
  id text collate "C" not null,
  hash text collate "C" not null unique,
  member_id text collate "C" not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  browser text not null,
  address text not null,
  primary key (account_id, id)
);
create index session_member on session (account_id, member_id, id);
create index session_expiry on session (expires_at);

create table audit (
  account_id text collate "C" not null,
  id text collate "C" not null,
  at bigint not null,
  actor text not null,
  action text not null,
  about text,
  address text not null,
  primary key (account_id, id)
);
create index audit_age on audit (at);
