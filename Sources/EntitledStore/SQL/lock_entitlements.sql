-- The live entitlements of the customers' lines ($1), and those named ($2), in the order in which every server locks.
-- What can't be live after $3 can't become so again. The arrays keep the planner from guessing a long line, and so from
-- reading whole tables.
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
    select id
    from entitlement
    where customer_id = any(array(select line.id from line))
        and state = 2
        and (live_until is null or live_until >= $3::date)
    union
    select unnest($2::text[])
)
select id
from entitlement
where id = any(array(select wanted.id from wanted))
order by id
for no key update
