-- Where a reorder brings a variant to; none means just above the reorder point.
alter table variant add column target_level bigint not null default 0 check (target_level >= 0);

create table transfer (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  source uuid not null,
  destination uuid not null,
  state text not null default 'draft' check (state in ('draft', 'sent', 'received', 'cancelled')),
  staff uuid not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  received_at timestamptz,
  version int not null default 1,
  primary key (organisation, id),
  foreign key (organisation, source) references location (organisation, id),
  foreign key (organisation, destination) references location (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check (source <> destination),
  check ((state in ('sent', 'received')) = (sent_at is not null)),
  check ((state = 'received') = (received_at is not null))
);
create index on transfer (organisation, source, created_at, id);
create index on transfer (organisation, destination, created_at, id);
create index transfers_on_their_way on transfer (organisation, destination) where state = 'sent';
select separate_tenants('transfer');
grant select, insert, update on transfer to retail_app;

create table transfer_line (
  organisation uuid not null default current_organisation(),
  transfer uuid not null,
  variant uuid not null,
  quantity bigint not null check (quantity > 0),
  received bigint check (received >= 0),
  -- Why it is not what was sent.
  reason text,
  primary key (organisation, transfer, variant),
  foreign key (organisation, transfer) references transfer (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id),
  check (received is null or received = quantity or reason is not null)
);
select separate_tenants('transfer_line');
grant select, insert, update, delete on transfer_line to retail_app;

create table stock_take (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  location uuid not null,
  state text not null default 'counting' check (state in ('counting', 'finished', 'cancelled')),
  staff uuid not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (organisation, id),
  foreign key (organisation, location) references location (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check ((state = 'counting') = (ended_at is null))
);
create index on stock_take (organisation, location, started_at, id);
-- Two at once would correct the same difference twice.
create unique index one_stock_take_per_location on stock_take (organisation, location) where state = 'counting';
select separate_tenants('stock_take');
grant select, insert, update on stock_take to retail_app;

-- What was expected, and the price, are those of the moment in which the line was counted.
create table stock_take_line (
  organisation uuid not null default current_organisation(),
  stock_take uuid not null,
  variant uuid not null,
  expected bigint,
  counted bigint check (counted >= 0),
  price bigint,
  staff uuid,
  version int not null default 0,
  primary key (organisation, stock_take, variant),
  foreign key (organisation, stock_take) references stock_take (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check (num_nonnulls(expected, counted, price, staff) in (0, 4))
);
select separate_tenants('stock_take_line');
grant select, insert, update on stock_take_line to retail_app;

create table supplier (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  name text not null,
  contact text not null,
  archived boolean not null default false,
  version int not null default 1,
  primary key (organisation, id),
  unique (organisation, name)
);
select separate_tenants('supplier');
grant select, insert, update on supplier to retail_app;

create table purchase_order (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  supplier uuid not null,
  location uuid not null,
  state text not null default 'draft' check (state in ('draft', 'ordered', 'partly-received', 'received', 'cancelled')),
  total bigint not null check (total >= 0),
  staff uuid not null,
  created_at timestamptz not null default now(),
  ordered_at timestamptz,
  version int not null default 1,
  primary key (organisation, id),
  foreign key (organisation, supplier) references supplier (organisation, id),
  foreign key (organisation, location) references location (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on purchase_order (organisation, location, created_at, id);
create index purchases_on_their_way on purchase_order (organisation, location) where state in ('ordered', 'partly-received');
select separate_tenants('purchase_order');
grant select, insert, update on purchase_order to retail_app;

-- What was received is a projection of the receipts' lines below, written with them.
create table purchase_order_line (
  organisation uuid not null default current_organisation(),
  purchase_order uuid not null,
  variant uuid not null,
  quantity bigint not null check (quantity > 0),
  cost bigint not null check (cost >= 0),
  received bigint not null default 0 check (received >= 0),
  primary key (organisation, purchase_order, variant),
  foreign key (organisation, purchase_order) references purchase_order (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id)
);
select separate_tenants('purchase_order_line');
grant select, insert, update, delete on purchase_order_line to retail_app;

create table goods_receipt (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  purchase_order uuid not null,
  staff uuid not null,
  at timestamptz not null default now(),
  primary key (organisation, id),
  foreign key (organisation, purchase_order) references purchase_order (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on goods_receipt (organisation, purchase_order, at, id);
select separate_tenants('goods_receipt');
grant select, insert on goods_receipt to retail_app;

create table goods_receipt_line (
  organisation uuid not null default current_organisation(),
  receipt uuid not null,
  variant uuid not null,
  quantity bigint not null check (quantity > 0),
  primary key (organisation, receipt, variant),
  foreign key (organisation, receipt) references goods_receipt (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id)
);
select separate_tenants('goods_receipt_line');
grant select, insert on goods_receipt_line to retail_app;

-- What a unit cost when it was last received, and from whom.
create table variant_cost (
  organisation uuid not null default current_organisation(),
  variant uuid not null,
  cost bigint not null check (cost >= 0),
  supplier uuid not null,
  at timestamptz not null default now(),
  primary key (organisation, variant),
  foreign key (organisation, variant) references variant (organisation, id),
  foreign key (organisation, supplier) references supplier (organisation, id)
);
select separate_tenants('variant_cost');
grant select, insert, update on variant_cost to retail_app;
