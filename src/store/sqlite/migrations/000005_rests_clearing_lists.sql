-- One process has nobody to tell that a webhook rests, and clears a webhook's table at once. What else both stores have anew:
-- 1. Pages of what was made within some time pass over many rows, too, and the index is all they look at for it.
-- 2. Those that are archived, which may be few among very many.
create index tracking_made on tracking (account_id, id, created_at, deleted_at) where deleted_at is null;
drop index tracking_living;
create index tracking_archived on tracking (account_id, archived, id, deleted_at) where archived = 1 and deleted_at is null;
