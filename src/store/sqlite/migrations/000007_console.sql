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
