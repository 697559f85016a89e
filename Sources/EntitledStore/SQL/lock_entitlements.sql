-- The live entitlements of the owners that were found before, and those named ($1), in the order in which every server
-- locks. What can't be live after $2 can't become so again.
select id
from entitlement
where id = any(
    $1::text[]
    || array(
        select live.id
        from entitlement as live
        where live.customer_id = any((select nullif(current_setting('entitled.owners', true), '')::text[])::text[])
            and live.state = 2
            and (live.live_until is null or live.live_until >= $2::date)
    )
)
order by id
for no key update
