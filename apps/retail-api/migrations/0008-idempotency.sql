-- For the purge.
create index on idempotency (created_at);
