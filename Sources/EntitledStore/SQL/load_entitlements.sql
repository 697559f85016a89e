-- The entitlements of the customers' lines ($1), those named ($2), and the defaults that may cover when none of them
-- does: a row for each grant. Rows of an entitlement come together, and so do those of its allocations, because they
-- are looked up for each; nothing sorts them, and what may be long is told in the first. A calendar comes with the
-- first of the rows that have it, whole. Of grants that ended more than 400 days ago, before the books of any period
-- can still be open, only the newest count: from them the next period begins. Of the lines only what leads further is
-- read: an index has just that.
with recursive line (parent_id, default_entitlement_id) as (
    select parent_id, default_entitlement_id
    from customer
    where id = any($1::text[])
        and (parent_id is not null or default_entitlement_id is not null)
    union
    select above.parent_id, above.default_entitlement_id
    from line
    cross join lateral (select * from customer where id = line.parent_id limit 1) as above
)
select
    :entitlement, :allocation, :grant,
    case
        when e.calendar_id is not null and lag(e.calendar_id) over so_far is distinct from e.calendar_id
            then (select row_to_json(c)::text from calendar as c where c.id = e.calendar_id)
    end
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
where e.customer_id = any($1::text[] || array(select line.parent_id from line))
    or e.id = any(
        $2::text[]
        || array(select line.default_entitlement_id from line)
        || array(select setting.default_entitlement_id from setting where cardinality($1::text[]) > 0)
    )
window so_far as ()
