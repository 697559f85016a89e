-- The entitlements of the customers' lines ($1), those named ($2), the defaults that may cover when none of them does,
-- and the predecessors from which these still carry over: a row for each grant. A calendar comes with the first of the
-- rows that have it, whole. Of grants that ended more than 400 days ago, before the books of any period can still be
-- open, only the newest count: from them the next period begins. Of the lines only what leads further is read: an index
-- has just that.
with recursive line (id, parent_id, default_entitlement_id) as (
    select id, parent_id, default_entitlement_id
    from customer
    where id = any($1::text[])
        and (parent_id is not null or default_entitlement_id is not null)
    union
    select above.id, above.parent_id, above.default_entitlement_id
    from line
    cross join lateral (select * from customer where id = line.parent_id limit 1) as above
),
named (id, carries_from_id) as (
    select id, carries_from_id
    from entitlement
    where customer_id = any($1::text[] || array(select line.parent_id from line))
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
    cross join lateral (select * from entitlement where id = found.carries_from_id limit 1) as before
)
select
    :entitlement, :allocation, :grant,
    case when lag(e.calendar_id) over sorted is distinct from e.calendar_id then row_to_json(c)::text end
from entitlement as e
cross join lateral (select * from allocation where entitlement_id = e.id offset 0) as a
left join lateral (
    select *
    from allocation_grant
    where entitlement_id = e.id
        and allocation = a.name
        and (
            valid_until is null
            or valid_until > least(now(), e.live_until) - interval '400 days'
            or number > (
                select max(newest.number) - 4
                from allocation_grant as newest
                where newest.entitlement_id = e.id
                    and newest.allocation = a.name
            )
        )
    offset 0
) as g on true
left join lateral (select * from calendar where id = e.calendar_id limit 1) as c on true
where e.id = any(array(select found.id from found))
window sorted as (order by e.id, a.position, g.number)
order by e.id, a.position, g.number
