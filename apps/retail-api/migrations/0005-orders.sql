create index on till_session (organisation, opened_at, id);
create index on staff_session (expires_at);

-- A program that acts for the organisation is a member of staff without a password: what it does has an author.
create table api_token (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  name text not null,
  location uuid,
  token_hash bytea not null unique,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (organisation, id),
  foreign key (organisation, id) references staff (organisation, id),
  foreign key (organisation, created_by) references staff (organisation, id),
  foreign key (organisation, location) references location (organisation, id)
);
create unique index one_living_token_per_name on api_token (organisation, name) where revoked_at is null;
select separate_tenants('api_token');
grant select, insert, update on api_token to retail_app;

create function find_api_token(wanted bytea)
  returns table (organisation uuid, staff uuid, grants text[])
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select organisation, id, array['web-shop' || coalesce('@' || location, '')]
    from api_token
    where token_hash = wanted and revoked_at is null
  $$;

-- An order is called web_order because "order" is a word of SQL.
create table web_order (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  location uuid not null,
  state text not null check (state in ('draft', 'placed', 'paid', 'part-fulfilled', 'fulfilled', 'cancelled', 'expired')),
  delivery text not null check (delivery in ('pick-up', 'shipping')),
  customer text not null,
  email text not null,
  address text,
  amount bigint not null,
  reduction bigint not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null check (total >= 0),
  discount_percent int check (discount_percent between 0 and 10000),
  discount_amount bigint check (discount_amount >= 0),
  staff uuid not null,
  created_at timestamptz not null default now(),
  placed_at timestamptz,
  -- Until when it has to be paid.
  expires_at timestamptz,
  paid_at timestamptz,
  version int not null default 1,
  primary key (organisation, id),
  foreign key (organisation, location) references location (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id),
  check (total = net + tax),
  check (state <> 'placed' or expires_at is not null),
  check (state not in ('paid', 'part-fulfilled', 'fulfilled') or paid_at is not null)
);
create index on web_order (organisation, created_at, id);
create index on web_order (organisation, location, placed_at, id) where state in ('placed', 'paid', 'part-fulfilled');
create index on web_order (organisation, paid_at) where paid_at is not null;
create index unpaid_orders on web_order (expires_at) where state = 'placed';
select separate_tenants('web_order');
grant select, insert, update on web_order to retail_app;

create table order_line (
  organisation uuid not null default current_organisation(),
  web_order uuid not null,
  position int not null,
  variant uuid not null,
  sku text not null,
  name text not null,
  quantity bigint not null check (quantity > 0),
  fulfilled bigint not null default 0 check (fulfilled between 0 and quantity),
  unit_price bigint not null,
  rate int not null,
  amount bigint not null,
  reduction bigint not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  tracked boolean not null,
  code text,
  discount_percent int check (discount_percent between 0 and 10000),
  discount_amount bigint check (discount_amount >= 0),
  primary key (organisation, web_order, position),
  foreign key (organisation, web_order) references web_order (organisation, id),
  foreign key (organisation, variant) references variant (organisation, id),
  check (total = net + tax)
);
select separate_tenants('order_line');
grant select, insert, update, delete on order_line to retail_app;

-- What is kept back for an order, until it is paid for (then for good: expires_at is null) or its time is over. A row is
-- only touched while its level is locked. The column reserved of a level is the sum of its rows, expired ones too;
-- whoever wants to know what is free asks for those that are not.
create table reservation (
  organisation uuid not null default current_organisation(),
  web_order uuid not null,
  position int not null,
  variant uuid not null,
  location uuid not null,
  quantity bigint not null check (quantity > 0),
  expires_at timestamptz,
  primary key (organisation, web_order, position),
  foreign key (organisation, web_order, position) references order_line (organisation, web_order, position),
  foreign key (organisation, variant, location) references stock_level (organisation, variant, location)
);
create index on reservation (organisation, location, variant);
select separate_tenants('reservation');
grant select, insert, update, delete on reservation to retail_app;

create function reserved_now(wanted_location uuid, wanted_variant uuid) returns bigint
  language sql stable
  as $$
    select coalesce(sum(quantity), 0)::bigint from reservation
    where location = wanted_location and variant = wanted_variant and (expires_at is null or expires_at > now())
  $$;

create table fulfilment (
  id uuid not null,
  organisation uuid not null default current_organisation(),
  web_order uuid not null,
  tracking text,
  staff uuid not null,
  at timestamptz not null default now(),
  primary key (organisation, id),
  foreign key (organisation, web_order) references web_order (organisation, id),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on fulfilment (organisation, web_order);
select separate_tenants('fulfilment');
grant select, insert on fulfilment to retail_app;

create table fulfilment_line (
  organisation uuid not null default current_organisation(),
  fulfilment uuid not null,
  web_order uuid not null,
  position int not null,
  quantity bigint not null check (quantity > 0),
  primary key (organisation, fulfilment, position),
  foreign key (organisation, fulfilment) references fulfilment (organisation, id),
  foreign key (organisation, web_order, position) references order_line (organisation, web_order, position)
);
create index on fulfilment_line (organisation, web_order);
select separate_tenants('fulfilment_line');
grant select, insert on fulfilment_line to retail_app;

-- Money of an order: a charge has the provider's reference, what goes back says of which charge it is.
create table order_payment (
  id uuid not null default gen_random_uuid(),
  organisation uuid not null default current_organisation(),
  web_order uuid not null,
  charge uuid,
  amount bigint not null check (amount > 0),
  state text not null check (state in ('created', 'authorised', 'settled', 'declined', 'failed', 'cancelled')),
  provider_reference text,
  at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (organisation, id),
  unique (organisation, provider_reference),
  foreign key (organisation, web_order) references web_order (organisation, id),
  foreign key (organisation, charge) references order_payment (organisation, id),
  check ((charge is null) = (provider_reference is not null))
);
create index on order_payment (organisation, web_order);
create index on order_payment (organisation, charge);
select separate_tenants('order_payment');
grant select, insert, update on order_payment to retail_app;

-- What the provider signs its messages with. The one before is honoured too, so that it can be changed.
create table payment_secret (
  organisation uuid primary key default current_organisation() references organisation,
  secret bytea not null,
  previous bytea,
  set_at timestamptz not null default now()
);
select separate_tenants('payment_secret');
grant select, insert, update on payment_secret to retail_app;

create function find_payment_secret(wanted_slug text)
  returns table (organisation uuid, secret bytea, previous bytea)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select organisation, secret, previous
    from payment_secret join organisation on organisation.id = payment_secret.organisation
    where slug = wanted_slug
  $$;

-- The provider's messages as they came, each once.
create table payment_event (
  organisation uuid not null default current_organisation() references organisation,
  id text not null,
  kind text not null,
  body bytea not null,
  state text not null default 'waiting' check (state in ('waiting', 'applied', 'unknown')),
  detail text not null default '',
  received_at timestamptz not null default now(),
  primary key (organisation, id)
);
create index on payment_event (organisation, received_at, id);
create index waiting_events on payment_event (received_at) where state = 'waiting';
select separate_tenants('payment_event');
grant select, insert, update on payment_event to retail_app;

-- What is to be done, whoever it belongs to; the doing happens as that organisation.
create function expired_orders(most int)
  returns table (organisation uuid, web_order uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select organisation, id from web_order where state = 'placed' and expires_at <= now() order by expires_at limit most $$;

create function waiting_payment_events(most int)
  returns table (organisation uuid, event text)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select organisation, id from payment_event where state = 'waiting' order by received_at limit most $$;

revoke execute on function find_api_token, find_payment_secret, expired_orders, waiting_payment_events from public;
grant execute on function find_api_token, find_payment_secret, expired_orders, waiting_payment_events to retail_app;

-- Who tries to log in: an account or an address, each by its hash, also those that there are not.
create table login_attempt (
  subject bytea primary key,
  failures int not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create index on login_attempt (last_at);
grant select, insert, update, delete on login_attempt to retail_app;

-- Counts an attempt before it is made, so that many at once are not one. Gives the seconds to wait, or 0. From the
-- given number on each failure makes the wait twice as long, up to a quarter of an hour; an hour of peace ends it.
create function begin_attempt(wanted bytea, at timestamptz, allowed int) returns int
  language plpgsql
  as $$
declare
  known login_attempt;
  so_far int;
begin
  insert into login_attempt (subject, failures, last_at) values (wanted, 0, at) on conflict do nothing;
  select * into known from login_attempt where subject = wanted for update;
  if known.blocked_until > at then
    return ceil(extract(epoch from known.blocked_until - at));
  end if;
  so_far := case when known.last_at < at - interval '1 hour' then 1 else known.failures + 1 end;
  update login_attempt
  set failures = so_far, last_at = at,
    blocked_until = case when so_far >= allowed then at + least(900, power(2, least(so_far - allowed, 10))) * interval '1 second' end
  where subject = wanted;
  return 0;
end $$;

-- What is older than it need be, of all organisations, so many rows of each kind at most. Replicas do not wait for each
-- other. An idempotency key that is gone would do its work again.
create function purge(keys_before timestamptz, most int) returns bigint
  language sql security definer set search_path = public, pg_temp
  as $$
    with keys as (
      delete from idempotency where (organisation, key) in
        (select organisation, key from idempotency where created_at < keys_before limit most for update skip locked)
      returning 1
    ), sessions as (
      delete from staff_session where token_hash in
        (select token_hash from staff_session where expires_at < now() - interval '1 day' limit most for update skip locked)
      returning 1
    ), attempts as (
      delete from login_attempt where subject in
        (select subject from login_attempt where last_at < now() - interval '1 day' limit most for update skip locked)
      returning 1
    )
    select (select count(*) from keys) + (select count(*) from sessions) + (select count(*) from attempts)
  $$;
revoke execute on function purge from public;
grant execute on function purge to retail_app;
