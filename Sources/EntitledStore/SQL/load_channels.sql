select id
from channel
where id = any($1::text[])
