insert into customer (id, kind, name, parent_id)
select id, kind, name, parent_id
from unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) as new (id, kind, name, parent_id)
