-- The instant of the decisions, read after the locks; what holds for the whole tenant.
select clock_timestamp(), time_zone, falls_through, default_entitlement_id, closing_days, version
from setting
