-- Everything that earlier calls of these request ids ($1) wrote into the journal.
select
    later.number, later.request_id, later.fingerprint, later.recorded_at, later.event, later.actor, later.occurred_at,
    later.customer_id, later.product_id, later.channel, later.entitlement_id, later.case_id, later.allocation,
    later.grant_number, later.granted, later.charged, later.held, later.remaining_after, later.available_after,
    later.detail::text
from journal as first
join journal as later on later.number >= first.number and later.number < first.number + first.row_count
where first.request_id = any($1::uuid[])
order by later.number
