-- The customers ($1) with everything above them. Which customers those are is read from an index that has just that.
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
select :columns
from customer
where id = any($1::text[] || array(select line.parent_id from line))
