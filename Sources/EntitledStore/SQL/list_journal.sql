-- A page ends early where its details become too long for an answer ($5), but has a line at least.
select
    number, request_id, fingerprint, recorded_at, event, actor, occurred_at, customer_id, product_id, channel,
    entitlement_id, case_id, detail::text, allocation, grant_number, granted, charged, held, remaining_after,
    available_after
from (
    select
        *,
        sum(coalesce(octet_length(detail::text), 0)) over (order by number) - coalesce(octet_length(detail::text), 0)
            as bytes_before
    from journal
    where number > $1::bigint
        and ($3::text is null or entitlement_id = $3::text)
        and ($4::text is null or case_id = $4::text)
    order by number
    limit $2::bigint
) as line
where bytes_before <= $5::bigint
order by number
