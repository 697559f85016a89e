select :columns
from :table
where id > $1::text
order by id
limit $2::bigint
