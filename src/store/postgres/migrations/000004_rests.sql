-- Which rest has ended, in the news that say so: by its number, so that of two that overlap neither ends the other.
-- "If not exists", since for a while the second migration made it, in checkouts that never were a release.
alter table news add column if not exists rest bigint;
