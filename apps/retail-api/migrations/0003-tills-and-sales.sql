create table till (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  location uuid not null,
  name text not null,
  next_receipt bigint not null default 1,
  primary key (organisation, id),
  unique (organisation, name),
  foreign key (organisation, location) references location (organisation, id)
);
select separate_tenants('till');
grant select, insert, update on till to retail_app;

create table till_session (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  till uuid not null,
  state text not null check (state in ('open', 'counting', 'closed')),
  opening_float bigint not null check (opening_float >= 0),
  counted bigint check (counted >= 0),
  opened_by uuid not null,
  opened_at timestamptz not null default now(),
  closed_by uuid,
  closed_at timestamptz,
  -- The Z-report as it was when the session closed.
  report text,
  primary key (organisation, id),
  foreign key (organisation, till) references till (organisation, id),
  foreign key (organisation, opened_by) references staff (organisation, id),
  foreign key (organisation, closed_by) references staff (organisation, id),
  check ((state = 'closed') = (report is not null))
);
create unique index one_session_per_till on till_session (organisation, till) where state <> 'closed';
select separate_tenants('till_session');
grant select, insert, update on till_session to retail_app;

create table cash_movement (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  session uuid not null,
  amount bigint not null check (amount <> 0),
  reason text not null,
  staff uuid not null,
  at timestamptz not null default now(),
  primary key (organisation, id),
  foreign key (organisation, session) references till_session (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on cash_movement (organisation, session);
select separate_tenants('cash_movement');
grant select, insert on cash_movement to retail_app;

create table sale (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  till uuid not null,
  session uuid not null,
  state text not null check (state in ('open', 'parked', 'completed', 'voided')),
  amount bigint not null,
  reduction bigint not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null check (total >= 0),
  rounding bigint not null default 0,
  change bigint not null default 0,
  receipt bigint,
  staff uuid not null,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  version int not null default 1,
  primary key (organisation, id),
  foreign key (organisation, till) references till (organisation, id),
  foreign key (organisation, session) references till_session (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check (total = net + tax),
  check ((state = 'completed') = (receipt is not null))
);
create index on sale (organisation, session, created_at, id);
select separate_tenants('sale');
grant select, insert, update on sale to retail_app;

-- What was sold, as it was called, priced and taxed then.
create table sale_line (
  organisation uuid not null default current_organisation(),
  sale uuid not null,
  position int not null,
  variant uuid not null,
  sku text not null,
  name text not null,
  quantity bigint not null check (quantity > 0),
  unit_price bigint not null,
  rate int not null,
  amount bigint not null,
  reduction bigint not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  tracked boolean not null,
  primary key (organisation, sale, position),
  foreign key (organisation, sale) references sale (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id),
  check (total = net + tax)
);
select separate_tenants('sale_line');
grant select, insert, delete on sale_line to retail_app;

create table payment (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  sale uuid not null,
  session uuid not null,
  method text not null check (method in ('cash', 'card')),
  amount bigint not null check (amount >= 0),
  state text not null check (state in ('created', 'authorised', 'settled', 'declined', 'failed', 'cancelled')),
  provider_reference text,
  at timestamptz not null default now(),
  primary key (organisation, id),
  unique (organisation, provider_reference),
  foreign key (organisation, sale) references sale (organisation, id),
  foreign key (organisation, session) references till_session (organisation, id)
);
create index on payment (organisation, sale);
create index on payment (organisation, session);
select separate_tenants('payment');
grant select, insert, update on payment to retail_app;

create table refund (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  sale uuid not null,
  till uuid not null,
  session uuid not null,
  receipt bigint not null,
  method text not null check (method in ('cash', 'card')),
  -- The card payment that the money goes back to.
  payment uuid,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  rounding bigint not null,
  staff uuid not null,
  at timestamptz not null default now(),
  primary key (organisation, id),
  unique (organisation, till, receipt),
  foreign key (organisation, sale) references sale (organisation, id),
  foreign key (organisation, till) references till (organisation, id),
  foreign key (organisation, session) references till_session (organisation, id),
  foreign key (organisation, payment) references payment (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check (total = net + tax),
  check ((method = 'card') = (payment is not null))
);
create index on refund (organisation, sale);
create index on refund (organisation, session);
select separate_tenants('refund');
grant select, insert on refund to retail_app;

create table refund_line (
  organisation uuid not null default current_organisation(),
  refund uuid not null,
  sale uuid not null,
  position int not null,
  quantity bigint not null check (quantity > 0),
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  restocked boolean not null,
  primary key (organisation, refund, position),
  foreign key (organisation, refund) references refund (organisation, id),
  foreign key (organisation, sale, position) references sale_line (organisation, sale, position)
);
create index on refund_line (organisation, sale);
select separate_tenants('refund_line');
grant select, insert on refund_line to retail_app;

create unique index receipts_of_a_till on sale (organisation, till, receipt) where receipt is not null;
