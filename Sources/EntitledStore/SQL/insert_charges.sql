insert into charge (case_id, number, entitlement_id, allocation, grant_number, amount)
select case_id, number, entitlement_id, allocation, grant_number, amount
from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::integer[], $6::bigint[])
    as new (case_id, number, entitlement_id, allocation, grant_number, amount)
