-- The instant of the decisions, read after the locks; what holds for the whole tenant; which of the calls ($1) were
-- decided before, and which of the cases ($2) were opened.
select
    clock_timestamp(), time_zone, falls_through, default_entitlement_id, closing_days, version,
    array(select request_id from journal where request_id = any($1::uuid[])),
    array(select id from support_case where id = any($2::text[]))
from setting
