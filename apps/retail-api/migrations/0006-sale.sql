-- Each of these tables is changed in a migration of its own: one that holds two of them could wait for a sale that has
-- one and wants the other.
-- What a parked sale needs to be resumed as it was: what was scanned, and which discounts were asked for.
alter table sale
  add column discount_percent int check (discount_percent between 0 and 10000),
  add column discount_amount bigint check (discount_amount >= 0);
create index on sale (organisation, completed_at) where state = 'completed';
