insert into allocation (entitlement_id, name, position, kind, quantity)
select entitlement_id, name, position, kind, quantity
from unnest($1::text[], $2::text[], $3::smallint[], $4::smallint[], $5::bigint[])
    as new (entitlement_id, name, position, kind, quantity)
