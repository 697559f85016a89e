select k.id
from api_key as k
join tenant as t on t.slug = k.tenant
where k.id = any($1::uuid[])
    and k.revoked_at is null
    and t.status = 2
