-- Lists of trackings by page number pass over many rows that they do not read: from an index, that is.
-- 1. All of an account that are not deleted, by id.
-- 2. The same of one courier.
create index tracking_living on tracking (account_id, id) where deleted_at is null;
create index tracking_courier on tracking (account_id, courier_code, id) where deleted_at is null;
