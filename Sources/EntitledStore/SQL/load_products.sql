-- The products ($1) with their families.
with recursive line (id, name, family_id) as (
    select id, name, family_id
    from product
    where id = any($1::text[])
    union
    select above.id, above.name, above.family_id
    from line
    join product as above on above.id = line.family_id
)
select id, name, family_id
from line
