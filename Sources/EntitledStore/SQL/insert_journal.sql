-- Takes the numbers and writes the rows in one statement: whoever holds the head writes the next rows. The last
-- statement before the commit, because it holds up every other batch of the tenant.
with head as (
    update journal_head
    set
        last_number = last_number + cardinality($1::smallint[]),
        last_recorded_at = greatest(last_recorded_at, $21::timestamptz)
    returning last_number - cardinality($1::smallint[]) as before, last_number as last, last_recorded_at as recorded_at
),
written as (
    insert into journal (
        number, recorded_at, event, actor, occurred_at, request_id, method, fingerprint, row_count, customer_id,
        product_id, channel, entitlement_id, case_id, allocation, grant_number, granted, charged, held,
        remaining_after, available_after, detail
    )
    select
        generate_series(head.before + 1, head.last), head.recorded_at, unnest($1::smallint[]), unnest($2::text[]),
        unnest($3::timestamptz[]), unnest($4::uuid[]), unnest($5::smallint[]), unnest($6::bytea[]),
        unnest($7::integer[]), unnest($8::text[]), unnest($9::text[]), unnest($10::text[]), unnest($11::text[]),
        unnest($12::text[]), unnest($13::text[]), unnest($14::integer[]), unnest($15::bigint[]),
        unnest($16::bigint[]), unnest($17::bigint[]), unnest($18::bigint[]), unnest($19::bigint[]),
        unnest($20::text[])::json
    from head
)
select before + 1
from head
