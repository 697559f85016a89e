-- Ids only; what hangs on them is loaded as for a decision.
select id
from entitlement
where id > $1::text
    and ($3::text is null or customer_id = $3::text)
    and ($4::text is null or contract_id = $4::text)
order by id
limit $2::bigint
