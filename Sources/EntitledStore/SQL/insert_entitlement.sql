insert into entitlement (
    id, customer_id, serves_descendants, products, channels, contacts, start_day, end_day, time_zone, priority,
    exhaustion_policy, state
)
values (
    $1::text, $2::text, $3::boolean, $4::text[], $5::text[], $6::text[], $7::date, $8::date, $9::text, $10::integer,
    $11::smallint, $12::smallint
)
