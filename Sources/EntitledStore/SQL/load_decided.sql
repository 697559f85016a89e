-- What earlier calls of these request ids ($1) were answered: the rows of the answers' acts, fetched by their numbers
-- as one array: as a join, the planner would rather walk the whole journal.
with wanted (number) as (
    select generate_series(first.number, first.number + first.row_count - 1)
    from journal as first
    where first.request_id = any($1::uuid[])
)
select
    number, request_id, fingerprint, recorded_at, event, actor, occurred_at, customer_id, product_id, channel,
    entitlement_id, case_id, detail::text, allocation, grant_number, granted, charged, held, remaining_after,
    available_after
from journal
where number = any(array(select wanted.number from wanted))
order by number
