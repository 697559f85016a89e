-- The customers ($1) with everything above them.
with recursive line (id, kind, name, parent_id) as (
    select id, kind, name, parent_id
    from customer
    where id = any($1::text[])
    union
    select above.id, above.kind, above.name, above.parent_id
    from line
    join customer as above on above.id = line.parent_id
)
select id, kind, name, parent_id
from line
