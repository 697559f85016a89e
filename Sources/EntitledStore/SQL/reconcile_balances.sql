-- Allocations whose last journal line states another balance than the grants that were valid at its instant add up to.
with last as (
    select distinct on (entitlement_id, allocation)
        entitlement_id, allocation, occurred_at, remaining_after, available_after
    from journal
    where allocation is not null
    order by entitlement_id, allocation, number desc
),
balance as (
    select
        a.entitlement_id, a.name as allocation,
        case when a.quantity is not null then coalesce(sum(g.quantity - g.charged), 0)::bigint end as remaining,
        case when a.quantity is not null then coalesce(sum(g.quantity - g.charged - g.held), 0)::bigint end as available
    from allocation as a
    join last as l on l.entitlement_id = a.entitlement_id and l.allocation = a.name
    left join allocation_grant as g
        on g.entitlement_id = a.entitlement_id
        and g.allocation = a.name
        and (g.valid_from is null or g.valid_from <= l.occurred_at)
        and (g.valid_until is null or l.occurred_at < g.valid_until)
    group by a.entitlement_id, a.name
)
select l.entitlement_id, l.allocation
from last as l
left join balance as b on b.entitlement_id = l.entitlement_id and b.allocation = l.allocation
where b.entitlement_id is null
    or l.remaining_after is distinct from b.remaining
    or l.available_after is distinct from b.available
order by 1, 2
limit 100
