-- Drafts; their pools are gone already.
delete from entitlement
where id = any($1::text[])
