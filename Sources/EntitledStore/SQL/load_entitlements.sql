-- The entitlements of the customers' lines ($1), and those named ($2): a row for each grant, in burn order. The arrays
-- keep the planner from guessing a long line, and so from reading whole tables.
with recursive line (id, parent_id) as (
    select id, parent_id
    from customer
    where id = any($1::text[])
    union
    select above.id, above.parent_id
    from line
    join customer as above on above.id = line.parent_id
),
wanted (id) as (
    select id
    from entitlement
    where customer_id = any(array(select line.id from line))
    union
    select unnest($2::text[])
)
select
    e.id, e.customer_id, e.serves_descendants, e.products, e.channels, e.contacts, e.start_day, e.end_day, e.time_zone,
    e.priority, e.exhaustion_policy, e.state,
    a.name, a.kind, a.quantity,
    g.number, g.quantity, g.charged, g.held, g.changed_at
from entitlement as e
join allocation as a on a.entitlement_id = e.id
left join allocation_grant as g on g.entitlement_id = a.entitlement_id and g.allocation = a.name
where e.id = any(array(select wanted.id from wanted))
order by e.id, a.position, g.number
