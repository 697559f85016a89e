-- Keys that may be meant ($1: first bytes of the digest), of active tenants.
select k.id, k.tenant, k.name, k.digest, k.role
from api_key as k
join tenant as t on t.slug = k.tenant
where k.lookup = $1::bytea
    and k.revoked_at is null
    and t.status = 2
