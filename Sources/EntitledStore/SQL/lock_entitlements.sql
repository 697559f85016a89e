-- The live entitlements of the customers' lines ($1), and those named ($2), in the order in which every server locks.
-- Ended before $3 can't become live again.
with recursive line (id, parent_id) as (
    select id, parent_id
    from customer
    where id = any($1::text[])
    union
    select above.id, above.parent_id
    from line
    join customer as above on above.id = line.parent_id
),
wanted (id) as (
    select live.id
    from line
    join entitlement as live on live.customer_id = line.id
    where live.state = 2
        and (live.end_day is null or live.end_day >= $3::date)
    union
    select unnest($2::text[])
)
select id
from entitlement
where id in (select wanted.id from wanted)
order by id
for no key update
