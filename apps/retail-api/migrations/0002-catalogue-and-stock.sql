create table tax_category (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  name text not null,
  primary key (organisation, id),
  unique (organisation, name)
);
select separate_tenants('tax_category');
grant select, insert on tax_category to retail_app;

-- The rate of a category is the one that began last.
create table tax_rate (
  organisation uuid not null default current_organisation(),
  category uuid not null,
  valid_from timestamptz not null,
  points int not null check (points between 0 and 10000),
  primary key (organisation, category, valid_from),
  foreign key (organisation, category) references tax_category (organisation, id)
);
select separate_tenants('tax_rate');
grant select, insert on tax_rate to retail_app;

create table product (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  name text not null,
  tax_category uuid not null,
  archived boolean not null default false,
  version int not null default 1,
  primary key (organisation, id),
  foreign key (organisation, tax_category) references tax_category (organisation, id)
);
create index on product (organisation, name, id);
select separate_tenants('product');
grant select, insert, update on product to retail_app;

create table variant (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  product uuid not null,
  sku text not null,
  name text not null,
  price bigint not null check (price >= 0),
  unit text not null check (unit in ('piece', 'kilogram')),
  tracked boolean not null,
  -- Whether it may be sold when the books say that there is none.
  oversell boolean not null,
  reorder_point bigint not null default 0 check (reorder_point >= 0),
  archived boolean not null default false,
  version int not null default 1,
  primary key (organisation, id),
  unique (organisation, sku),
  foreign key (organisation, product) references product (organisation, id)
);
create index on variant (organisation, product);
select separate_tenants('variant');
grant select, insert, update on variant to retail_app;

-- A gtin is held as 14 digits; weight and price are the 7 digits that in-store codes begin with.
create table barcode (
  organisation uuid not null default current_organisation(),
  code text not null,
  kind text not null check (kind in ('gtin', 'weight', 'price')),
  variant uuid not null,
  pack int not null default 1 check (pack between 1 and 100000),
  primary key (organisation, code),
  foreign key (organisation, variant) references variant (organisation, id),
  check (case kind when 'gtin' then code ~ '^[0-9]{14}$' else code ~ '^2[0-9]{6}$' end)
);
create index on barcode (organisation, variant);
select separate_tenants('barcode');
grant select, insert on barcode to retail_app;

-- A projection of the ledger below, written in the same transaction.
create table stock_level (
  organisation uuid not null default current_organisation(),
  variant uuid not null,
  location uuid not null,
  on_hand bigint not null,
  reserved bigint not null default 0 check (reserved >= 0),
  primary key (organisation, variant, location),
  foreign key (organisation, variant) references variant (organisation, id),
  foreign key (organisation, location) references location (organisation, id)
);
create index on stock_level (organisation, location, variant);
select separate_tenants('stock_level');
grant select, insert, update on stock_level to retail_app;

-- Append-only: what is wrong is corrected by a counter-entry.
create table stock_movement (
  id bigint generated always as identity primary key,
  organisation uuid not null default current_organisation(),
  variant uuid not null,
  location uuid not null,
  change bigint not null,
  reason text not null check (reason in ('receipt', 'sale', 'refund', 'adjustment', 'stock-take', 'transfer')),
  document uuid,
  staff uuid not null,
  at timestamptz not null default now(),
  foreign key (organisation, variant) references variant (organisation, id),
  foreign key (organisation, location) references location (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on stock_movement (organisation, variant, location);
create index on stock_movement (organisation, document);
select separate_tenants('stock_movement');
grant select, insert on stock_movement to retail_app;
