-- The instant of the decisions, read after the locks; the tenant's zone.
select
    clock_timestamp(),
    (select value from setting where name = 'time_zone')
