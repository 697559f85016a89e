insert into channel (id)
select id
from unnest($1::text[]) as new (id)
