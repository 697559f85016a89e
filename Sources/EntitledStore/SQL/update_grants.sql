update allocation_grant
set charged = new.charged, held = new.held, changed_at = new.changed_at
from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::timestamptz[])
    as new (entitlement_id, allocation, number, charged, held, changed_at)
where allocation_grant.entitlement_id = new.entitlement_id
    and allocation_grant.allocation = new.allocation
    and allocation_grant.number = new.number
