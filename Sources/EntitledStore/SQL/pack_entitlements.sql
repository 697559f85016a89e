-- What most calls need of an entitlement's terms and pools, as one value: to read some forty columns of two tables anew
-- for each case would cost more than all else that a check needs. Made of the columns, which stay what counts.
update entitlement as e
set packed = :packed, packed_version = e.version, packed_form = :form
where e.id = any($1::text[])
