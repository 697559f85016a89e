-- Grants whose balance isn't the sum of their postings, or isn't what the cases took and set aside there.
with posted as (
    select entitlement_id, allocation, grant_number, sum(granted) as granted, sum(charged) as charged, sum(held) as held
    from journal
    where allocation is not null
    group by entitlement_id, allocation, grant_number
),
taken as (
    select
        entitlement_id, allocation, grant_number,
        coalesce(sum(amount) filter (where not is_held), 0) as charged,
        coalesce(sum(amount) filter (where is_held), 0) as held
    from (
        select entitlement_id, allocation, grant_number, amount, is_held
        from support_case
        where allocation is not null
        union all
        select entitlement_id, allocation, grant_number, amount, is_held
        from charge
    ) as any_charge
    group by entitlement_id, allocation, grant_number
)
select
    coalesce(g.entitlement_id, p.entitlement_id, t.entitlement_id),
    coalesce(g.allocation, p.allocation, t.allocation),
    coalesce(g.number, p.grant_number, t.grant_number),
    coalesce(g.quantity, 0)::bigint, coalesce(p.granted, 0)::bigint,
    coalesce(g.charged, 0)::bigint, coalesce(p.charged, 0)::bigint, coalesce(t.charged, 0)::bigint,
    coalesce(g.held, 0)::bigint, coalesce(p.held, 0)::bigint, coalesce(t.held, 0)::bigint
from allocation_grant as g
full join posted as p
    on p.entitlement_id = g.entitlement_id and p.allocation = g.allocation and p.grant_number = g.number
full join taken as t
    on t.entitlement_id = coalesce(g.entitlement_id, p.entitlement_id)
    and t.allocation = coalesce(g.allocation, p.allocation)
    and t.grant_number = coalesce(g.number, p.grant_number)
where coalesce(g.quantity, 0) <> coalesce(p.granted, 0)
    or coalesce(g.charged, 0) <> coalesce(p.charged, 0)
    or coalesce(g.charged, 0) <> coalesce(t.charged, 0)
    or coalesce(g.held, 0) <> coalesce(p.held, 0)
    or coalesce(g.held, 0) <> coalesce(t.held, 0)
order by 1, 2, 3
limit 100
