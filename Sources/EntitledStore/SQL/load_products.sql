-- The products ($1), and those of which the assets ($2) are units, with their families.
with recursive line (:columns) as (
    select :columns
    from product
    where id = any($1::text[] || array(select asset.product_id from asset where asset.id = any($2::text[])))
    union
    select :above
    from line
    cross join lateral (select * from product where id = line.family_id limit 1) as above
)
select :columns
from line
