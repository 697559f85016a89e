-- Entitlements, a row each: its terms and pools packed into one value, and its grants. What is packed counts only if it
-- was made of this version of the row; otherwise it is made now. Of grants that ended more than 400 days ago, before
-- the books of any period can still be open, only the newest count: from them the next period begins.
select
    e.id, e.customer_id, e.version,
    case when e.packed_version = e.version and e.packed_form = :form then e.packed else :packed end,
    array(
        select row(g.allocation, :grant)
        from allocation_grant as g
        where g.entitlement_id = e.id
            and (
                g.valid_until is null
                or g.valid_until > least(now(), e.live_until) - interval '400 days'
                or g.number > (
                    select max(newest.number) - 4
                    from allocation_grant as newest
                    where newest.entitlement_id = e.id
                        and newest.allocation = g.allocation
                )
            )
    )
from entitlement as e
where :found
