-- The customers ($1) with everything above them. What is found on the way is kept for the transaction's later
-- statements, as settings of it: whose entitlements come into question, and which defaults may cover when none of those
-- does. Which customers have anything above them, or a default, is read from an index that has just those.
with recursive line (parent_id, default_entitlement_id) as (
    select parent_id, default_entitlement_id
    from customer
    where id = any($1::text[])
        and (parent_id is not null or default_entitlement_id is not null)
    union
    select above.parent_id, above.default_entitlement_id
    from line
    cross join lateral (select * from customer where id = line.parent_id limit 1) as above
)
select :columns
from customer
where id = any((
    select set_config('entitled.owners', ($1::text[] || array(select line.parent_id from line))::text, true)
    from set_config(
        'entitled.defaults',
        (
            array(select line.default_entitlement_id from line)
            || array(select setting.default_entitlement_id from setting)
        )::text,
        true
    )
)::text[])
