insert into allocation_grant (entitlement_id, allocation, number, quantity, charged, held, changed_at)
select entitlement_id, allocation, number, quantity, charged, held, changed_at
from unnest(
    $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[]
) as new (entitlement_id, allocation, number, quantity, charged, held, changed_at)
