update entitlement
set state = new.state
from unnest($1::text[], $2::smallint[]) as new (id, state)
where entitlement.id = new.id
