-- For reports.
create index on refund (organisation, at);
