-- Entitlements whose packed value counts, and isn't what their columns say.
select e.id
from entitlement as e
where e.packed_version = e.version
    and e.packed_form = :form
    and e.packed is distinct from :packed
order by e.id
limit 100
