-- The customers ($1) with everything above them.
with recursive line (:columns) as (
    select :columns
    from customer
    where id = any($1::text[])
    union
    select :above
    from line
    join customer as above on above.id = line.parent_id
)
select :columns
from line
