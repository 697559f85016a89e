-- The pools of drafts, which have no grants yet.
delete from allocation
where entitlement_id = any($1::text[])
