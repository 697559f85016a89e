-- One statement: the same as the usual way in a single round trip, which is a transaction of its own. The balance is
-- locked by its update, which looks again whether enough is left; a case that loses that race would be sent again.
\set customer random(0, :customers - 1)
\set n :n + 1
\set request 1152921504606846976 + :run * 281474976710656 + :client_id * 274877906944 + :n
with debited as (
    update allocation_grant as g
    set
        charged = g.charged + 1,
        changed_at = now()
    where (g.entitlement_id, g.allocation, g.number) = (
            select found.entitlement_id, found.allocation, found.number
            from customer as c
            cross join setting as s
            join entitlement as e on e.customer_id = c.id
            join allocation as a on a.entitlement_id = e.id
            join allocation_grant as found on found.entitlement_id = a.entitlement_id and found.allocation = a.name
            where c.id = 'customer-' || :customer::bigint
                and e.state = 2
                and (now() at time zone s.time_zone)::date >= e.start_day
                and (e.end_day is null or (now() at time zone s.time_zone)::date <= e.end_day)
                and (e.channels is null or 'phone' = any(e.channels))
                and (a.channels is null or 'phone' = any(a.channels))
                and (found.valid_from is null or found.valid_from <= now())
                and (found.valid_until is null or found.valid_until > now())
                and found.quantity - found.charged - found.held >= 1
                and not exists (
                    select
                    from journal
                    where request_id = (to_hex(:request::bigint) || '1000000000000000')::uuid
                )
            order by
                e.priority nulls last, e.start_day, e.id, a.position, found.burn_priority, found.valid_until,
                found.number
            limit 1
        )
        and g.quantity - g.charged - g.held >= 1
    returning
        g.entitlement_id, g.allocation, g.number, g.quantity - g.charged as remaining,
        g.quantity - g.charged - g.held as available
),
opened as (
    insert into support_case (
        id, customer_id, channel, entitlement_id, opened_at, allocation, grant_number, amount, is_held
    )
    select
        'case-' || to_hex(:request::bigint), 'customer-' || :customer::bigint, 'phone', debited.entitlement_id, now(),
        debited.allocation, debited.number, 1, false
    from debited
)
insert into journal (
    number, request_id, method, fingerprint, row_count, event, actor, occurred_at, recorded_at, customer_id, channel,
    entitlement_id, case_id, allocation, grant_number, granted, charged, held, remaining_after, available_after
)
select
    nextval('bench_journal_number'), (to_hex(:request::bigint) || '1000000000000000')::uuid, 50,
    '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 1, 30, 'bench', now(), now(),
    'customer-' || :customer::bigint, 'phone', debited.entitlement_id, 'case-' || to_hex(:request::bigint),
    debited.allocation, debited.number, 0, 1, 0, debited.remaining, debited.available
from debited
returning number, entitlement_id, remaining_after \gset
