-- The live entitlements of the customers ($1), in the order in which every server locks. What can't be live after $2
-- can't become so again. The order is that of the ids; said like this, no index has it, by which a planner might rather
-- go through the whole table.
select id
from entitlement
where customer_id = any($1::text[])
    and state = 2
    and (live_until is null or live_until >= $2::date)
order by id || ''
for no key update
