insert into product (id, name, family_id)
select id, name, family_id
from unnest($1::text[], $2::text[], $3::text[]) as new (id, name, family_id)
