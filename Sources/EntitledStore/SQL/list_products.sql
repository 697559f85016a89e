select id, name, family_id
from product
where id > $1::text
order by id
limit $2::bigint
