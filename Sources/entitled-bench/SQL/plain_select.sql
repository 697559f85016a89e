-- What a check looks at, in one statement: the tenant's settings, the customer with everything above it, what these
-- are entitled to, with its allocations and grants. The account tree is walked, since a check must find what an account
-- above bought; the array keeps the planner from guessing a long line, and so from reading whole tables.
\set customer random(0, :customers - 1)
with recursive line (id, parent_id, default_entitlement_id, depth) as (
    select id, parent_id, default_entitlement_id, 0
    from customer
    where id = 'customer-' || :customer::bigint
    union all
    select above.id, above.parent_id, above.default_entitlement_id, line.depth + 1
    from line
    join customer as above on above.id = line.parent_id
)
select
    now() as decided_at, s.time_zone, s.falls_through, s.default_entitlement_id, line.id as customer_id, line.depth,
    e.id, e.state, e.serves_descendants, e.assets, e.contacts, e.start_day, e.end_day, e.time_zone as own_time_zone,
    e.priority, e.products, e.channels, e.sla_id, e.calendar_id, e.is_hours_only, e.exhaustion_policy, e.routing,
    e.life, a.name, a.position, a.kind, a.unit, a.quantity as sold, a.period_length, a.period_unit, a.period_anchor,
    a.rollover_maximum, a.channels as counted_channels, a.products as counted_products, a.weights, a.consumption,
    a.hold_seconds, a.exhaustion_policy as own_exhaustion_policy, a.overage_limit, g.number, g.origin, g.quantity,
    g.charged, g.held, g.valid_from, g.valid_until, g.burn_priority
from entitlement as e
cross join setting as s
join line on line.id = e.customer_id
join allocation as a on a.entitlement_id = e.id
left join allocation_grant as g on g.entitlement_id = a.entitlement_id and g.allocation = a.name
where e.customer_id = any(array(select line.id from line))
order by line.depth, e.id, a.position, g.number;
