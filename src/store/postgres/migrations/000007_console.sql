-- Trackings are looked for by more than their numbers. New tables are empty, so that this takes no longer where there are millions
-- of trackings: those that are there already are filled in meanwhile (`src/tracking/terms.ts`).
-- 1. `tracking.terms`: by what it is found, as a JSON array (`src/store/terms.ts`); null: by nothing else. In no index of its table, so
--    that an update is as it was (HOT) where it changes.
-- 2. `tracking_term`: the same by account and text, kept by triggers: for all new rows at once, and else row by row, where the
--    column differs and nowhere else.
-- 3. `saved_view`: what somebody looks for again and again, by a name.
alter table tracking add column terms text collate "C";
create table tracking_term (
  account_id text collate "C" not null,
  term text collate "C" not null,
  tracking_id text collate "C" not null,
  primary key (account_id, term, tracking_id)
);

create function tracking_termed_new() returns trigger language plpgsql as $$
begin
  insert into tracking_term (account_id, term, tracking_id)
  select account_id, json_array_elements_text(terms::json), id from made where terms is not null on conflict do nothing;
  return null;
end $$;
create trigger tracking_termed_in after insert on tracking
  referencing new table as made for each statement execute function tracking_termed_new();

create function tracking_termed() returns trigger language plpgsql as $$
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
end $$;
create trigger tracking_termed_out after delete on tracking
  for each row when (old.terms is not null) execute function tracking_termed();
create trigger tracking_termed_over after update on tracking
  for each row when (old.terms is distinct from new.terms) execute function tracking_termed();

create table saved_view (
  account_id text collate "C" not null,
  id text collate "C" not null,
  name text collate "C" not null,
  query text not null,
  created_at bigint not null,
  primary key (account_id, id)
);
create unique index saved_view_name on saved_view (account_id, name);
