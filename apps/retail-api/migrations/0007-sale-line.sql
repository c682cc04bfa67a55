alter table sale_line
  add column code text,
  add column discount_percent int check (discount_percent between 0 and 10000),
  add column discount_amount bigint check (discount_amount >= 0);
