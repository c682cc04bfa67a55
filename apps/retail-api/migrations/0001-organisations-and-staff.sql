-- Tables belong to the role that migrates. The service works as retail_app, which may not bypass row-level security;
-- every table of a tenant has a policy that compares its organisation with the transaction's setting.

do $$
begin
  if not exists (select from pg_roles where rolname = 'retail_app') then
    create role retail_app login nosuperuser nobypassrls;
  end if;
end $$;

create function current_organisation() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('retail.organisation', true), '')::uuid;

create function separate_tenants(tenant_table regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('create policy tenant on %s using (organisation = current_organisation())', tenant_table);
end $$;

create table organisation (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  currency text not null,
  tax_mode text not null check (tax_mode in ('inclusive', 'exclusive')),
  tax_rounding text not null check (tax_rounding in ('per-line', 'per-document')),
  cash_step int not null check (cash_step between 1 and 1000),
  created_at timestamptz not null default now()
);
alter table organisation enable row level security;
create policy tenant on organisation using (id = current_organisation());
grant select on organisation to retail_app;

create table location (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  name text not null,
  primary key (organisation, id),
  unique (organisation, name)
);
select separate_tenants('location');
grant select, insert, update on location to retail_app;

create table staff (
  id uuid not null,
  organisation uuid not null default current_organisation() references organisation,
  email text not null,
  name text not null,
  password_hash bytea not null,
  pin_hash bytea,
  pin_failures int not null default 0,
  pin_locked_until timestamptz,
  primary key (organisation, id),
  unique (organisation, email)
);
select separate_tenants('staff');
grant select, insert, update on staff to retail_app;

create table staff_grant (
  organisation uuid not null default current_organisation(),
  staff uuid not null,
  role text not null check (role in ('cashier', 'supervisor', 'stock-clerk', 'manager', 'admin')),
  location uuid,
  unique (organisation, staff, role, location),
  foreign key (organisation, staff) references staff (organisation, id),
  foreign key (organisation, location) references location (organisation, id)
);
select separate_tenants('staff_grant');
grant select, insert, delete on staff_grant to retail_app;

create table staff_session (
  token_hash bytea primary key,
  organisation uuid not null default current_organisation(),
  staff uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (organisation, staff) references staff (organisation, id)
);
select separate_tenants('staff_session');
grant select, insert, delete on staff_session to retail_app;

-- Who is asking is known before the organisation is: these two look across tenants, and give one row at most.
create function find_login(wanted_slug text, wanted_email text)
  returns table (organisation uuid, staff uuid, password_hash bytea)
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select staff.organisation, staff.id, staff.password_hash
    from staff join organisation on organisation.id = staff.organisation
    where organisation.slug = wanted_slug and staff.email = lower(wanted_email)
  $$;

create function find_session(wanted bytea)
  returns table (organisation uuid, staff uuid, grants text[])
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select staff_session.organisation, staff_session.staff,
      array(select role || coalesce('@' || location, '') from staff_grant
            where staff_grant.organisation = staff_session.organisation and staff_grant.staff = staff_session.staff)
    from staff_session
    where token_hash = wanted and expires_at > now()
  $$;
revoke execute on function find_login, find_session, separate_tenants from public;
grant execute on function find_login, find_session to retail_app;

create table idempotency (
  organisation uuid not null default current_organisation(),
  key uuid not null,
  request bytea not null,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (organisation, key)
);
select separate_tenants('idempotency');
grant select, insert, update on idempotency to retail_app;

create table audit (
  id bigint generated always as identity primary key,
  organisation uuid not null default current_organisation(),
  staff uuid not null,
  action text not null,
  subject uuid,
  detail text not null,
  at timestamptz not null default now(),
  foreign key (organisation, staff) references staff (organisation, id)
);
create index on audit (organisation, id);
select separate_tenants('audit');
grant select, insert on audit to retail_app;
