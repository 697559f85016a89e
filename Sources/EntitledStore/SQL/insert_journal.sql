-- Takes the numbers and writes the rows in one statement: whoever holds the head writes the next rows. The last
-- statement before the commit, because it holds up every other batch of the tenant.
with head as (
    update journal_head
    set
        last_number = last_number + cardinality($1::smallint[]),
        last_recorded_at = greatest(last_recorded_at, $21::timestamptz)
    returning last_number - cardinality($1::smallint[]) as before, last_recorded_at as recorded_at
),
written as (
    insert into journal (
        number, recorded_at, event, actor, occurred_at, request_id, method, fingerprint, row_count, customer_id,
        product_id, channel, entitlement_id, case_id, allocation, grant_number, granted, charged, held,
        remaining_after, available_after, detail
    )
    select
        head.before + new.place, head.recorded_at, new.event, new.actor, new.occurred_at, new.request_id, new.method,
        new.fingerprint, new.row_count, new.customer_id, new.product_id, new.channel, new.entitlement_id, new.case_id,
        new.allocation, new.grant_number, new.granted, new.charged, new.held, new.remaining_after,
        new.available_after, new.detail::json
    from head,
        unnest(
            $1::smallint[], $2::text[], $3::timestamptz[], $4::uuid[], $5::smallint[], $6::bytea[], $7::integer[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::integer[], $15::bigint[],
            $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::text[]
        ) with ordinality as new (
            event, actor, occurred_at, request_id, method, fingerprint, row_count, customer_id, product_id, channel,
            entitlement_id, case_id, allocation, grant_number, granted, charged, held, remaining_after,
            available_after, detail, place
        )
)
select before + 1
from head
