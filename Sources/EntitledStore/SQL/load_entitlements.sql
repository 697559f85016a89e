-- Entitlements, a row for each grant: the terms and pools packed into one value, and the grant. What is packed counts
-- only if it was made of this version of the row; otherwise it is made now. Rows of an entitlement come together,
-- because its grants are looked up for it; nothing sorts them. Of grants that ended more than 400 days ago, before the
-- books of any period can still be open, only the newest count: from them the next period begins.
select
    e.id, e.customer_id, e.version,
    case when e.packed_version = e.version and e.packed_form = :form then e.packed else :packed end,
    g.allocation, :grant
from entitlement as e
left join lateral (
    select *
    from allocation_grant as given
    where given.entitlement_id = e.id
        and (
            given.valid_until is null
            or given.valid_until > least(now(), e.live_until) - interval '400 days'
            or given.number > (
                select max(newest.number) - 4
                from allocation_grant as newest
                where newest.entitlement_id = e.id
                    and newest.allocation = given.allocation
            )
        )
    offset 0
) as g on true
where :found
