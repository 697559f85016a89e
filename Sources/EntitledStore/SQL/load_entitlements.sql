-- The entitlements of the customers' lines ($1), those named ($2), the defaults that may cover when none of them does,
-- and the predecessors from which these still carry over: a row for each grant. A calendar comes with the first of the
-- rows that have it, whole. Of grants that ended more than 400 days ago, before the books of any period can still be
-- open, only the newest count: from them the next period begins. The arrays keep the planner from guessing a long line,
-- and so from reading whole tables.
with recursive line (id, parent_id, default_entitlement_id) as (
    select id, parent_id, default_entitlement_id
    from customer
    where id = any($1::text[])
    union
    select above.id, above.parent_id, above.default_entitlement_id
    from line
    join customer as above on above.id = line.parent_id
),
named (id, carries_from_id) as (
    select id, carries_from_id
    from entitlement
    where customer_id = any(array(select line.id from line))
    union all
    select id, carries_from_id
    from entitlement
    where id = any(
        $2::text[]
        || array(select line.default_entitlement_id from line)
        || array(select setting.default_entitlement_id from setting where cardinality($1::text[]) > 0)
    )
),
found (id, carries_from_id) as (
    select id, carries_from_id
    from named
    union
    select before.id, before.carries_from_id
    from found
    join entitlement as before on before.id = found.carries_from_id
)
select
    :entitlement, :allocation, :grant,
    case when lag(e.calendar_id) over sorted is distinct from e.calendar_id then row_to_json(c)::text end
from entitlement as e
join allocation as a on a.entitlement_id = e.id
left join allocation_grant as g
    on g.entitlement_id = a.entitlement_id
    and g.allocation = a.name
    and (
        g.valid_until is null
        or g.valid_until > least(now(), e.live_until) - interval '400 days'
        or g.number > (
            select max(newest.number) - 4
            from allocation_grant as newest
            where newest.entitlement_id = a.entitlement_id
                and newest.allocation = a.name
        )
    )
left join calendar as c on c.id = e.calendar_id
where e.id = any(array(select found.id from found))
window sorted as (order by e.id, a.position, g.number)
order by e.id, a.position, g.number
