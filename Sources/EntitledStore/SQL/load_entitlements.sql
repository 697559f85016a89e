-- Entitlements, a row for each grant; which ones, one of the conditions says (of_lines, of_customers). Rows of an
-- entitlement come together, and so do those of its allocations, because they are looked up for each; nothing sorts
-- them. What may be long of an entitlement comes with its first allocation only. Of grants that ended more than 400
-- days ago, before the books of any period can still be open, only the newest count: from them the next period begins.
select :entitlement, :allocation, :grant
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
where :found
