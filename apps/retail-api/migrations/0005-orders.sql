-- What a parked sale needs to be resumed as it was: what was scanned, and which discounts were asked for.
alter table sale
  add column discount_percent int check (discount_percent between 0 and 10000),
  add column discount_amount bigint check (discount_amount >= 0);
alter table sale_line
  add column code text,
  add column discount_percent int check (discount_percent between 0 and 10000),
  add column discount_amount bigint check (discount_amount >= 0);

create index on till_session (organisation, opened_at, id);
