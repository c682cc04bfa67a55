-- Where a day begins and ends in reports. A zone that PostgreSQL does not know is refused.
alter table organisation add column time_zone text not null default 'UTC' check (now() at time zone time_zone is not null);
