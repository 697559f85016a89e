select id, kind, name, parent_id
from customer
where id > $1::text
order by id
limit $2::bigint
