update setting
set falls_through = $1::boolean, default_entitlement_id = $2::text, closing_days = $3::integer, version = $4::bigint
