-- The instant of the decisions, read after the locks; what holds for the whole tenant; which of the calls ($1) were
-- decided before, and which of the cases ($2) were opened; whether any of the customers ($3) has something above it, or
-- a default of its own.
select
    clock_timestamp(), time_zone, falls_through, default_entitlement_id, closing_days, version,
    array(select request_id from journal where request_id = any($1::uuid[])),
    array(select id from support_case where id = any($2::text[])),
    -- Whether there is anybody like that is known at once: then none of the customers has to be looked up.
    exists(
        select
        from customer
        where parent_id is not null or default_entitlement_id is not null
    )
    and exists(
        select
        from customer
        where id = any($3::text[])
            and (parent_id is not null or default_entitlement_id is not null)
    )
from setting
