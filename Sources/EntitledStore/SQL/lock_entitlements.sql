-- The live entitlements of the customers' lines ($1), and those named ($2), in the order in which every server locks.
-- What can't be live after $3 can't become so again. Of the lines only what leads further is read, as when loading.
with recursive line (parent_id) as (
    select parent_id
    from customer
    where id = any($1::text[])
        and (parent_id is not null or default_entitlement_id is not null)
    union
    select above.parent_id
    from line
    cross join lateral (select parent_id from customer where id = line.parent_id limit 1) as above
)
select id
from entitlement
where id = any(
    $2::text[]
    || array(
        select live.id
        from entitlement as live
        where live.customer_id = any($1::text[] || array(select line.parent_id from line))
            and live.state = 2
            and (live.live_until is null or live.live_until >= $3::date)
    )
)
order by id
for no key update
