insert into support_case (id, customer_id, product_id, channel, entitlement_id, opened_at)
select id, customer_id, product_id, channel, entitlement_id, opened_at
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    as new (id, customer_id, product_id, channel, entitlement_id, opened_at)
