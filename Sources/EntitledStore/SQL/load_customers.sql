-- The customers ($1) with everything above them.
with recursive line (:columns) as (
    select :columns
    from customer
    where id = any($1::text[])
    union
    select :above
    from line
    cross join lateral (select * from customer where id = line.parent_id limit 1) as above
)
select :columns
from line
