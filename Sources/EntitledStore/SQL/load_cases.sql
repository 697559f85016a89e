-- The cases ($1): a row for each charge.
select
    c.id, c.customer_id, c.product_id, c.channel, c.entitlement_id, c.opened_at,
    t.allocation, t.grant_number, t.amount
from support_case as c
left join charge as t on t.case_id = c.id
where c.id = any($1::text[])
order by c.id, t.number
