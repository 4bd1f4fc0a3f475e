-- People who sign in.
-- 1. `member`: an email once in an account, compared as `email_folded`. Of the link that sets a password only the SHA-256 of its
--    token is kept.
-- 2. `session`: where somebody is signed in, by the SHA-256 of what the cookie holds. It does not move to another store.
-- 3. `audit`: who changed what.

create table member (
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
create unique index member_email on member (account_id, email_folded);
create index member_sign_in on member (email_folded, id);
create unique index member_link on member (link_hash) where link_hash is not null;

create table session (
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
create index session_member on session (account_id, member_id, id);
create index session_expiry on session (expires_at);

create table audit (
  account_id text not null,
  id text not null,
  at integer not null,
  actor text not null,
  action text not null,
  about text,
  address text not null,
  primary key (account_id, id)
) strict, without rowid;
create index audit_age on audit (at);
