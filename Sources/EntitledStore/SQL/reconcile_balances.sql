-- Allocations whose last journal line states another balance than their grants add up to.
with last as (
    select distinct on (entitlement_id, allocation)
        entitlement_id, allocation, remaining_after, available_after
    from journal
    where allocation is not null
    order by entitlement_id, allocation, number desc
),
balance as (
    select
        entitlement_id, allocation, sum(quantity - charged)::bigint as remaining,
        sum(quantity - charged - held)::bigint as available
    from allocation_grant
    group by entitlement_id, allocation
)
select b.entitlement_id, b.allocation
from balance as b
left join last as l on l.entitlement_id = b.entitlement_id and l.allocation = b.allocation
where l.remaining_after is distinct from b.remaining
    or l.available_after is distinct from b.available
order by 1, 2
limit 100
