-- How often a tracking was written: its revision does not tell, since archiving a parcel, or saying when its courier is to be asked
-- next, is no revision.
alter table tracking add column writes integer not null default 1;
