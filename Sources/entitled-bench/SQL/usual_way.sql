-- The usual way: a transaction a case, a round trip a statement, as one would write it by hand. Finds out whether the
-- request was decided before, looks up what covers the case and locks the balance, takes one, writes the case with its
-- charge, and the journal's line. It need not know account trees, and its journal numbers come from a sequence, which
-- unlike the product's may have gaps.
\set customer random(0, :customers - 1)
\set n :n + 1
\set request 1152921504606846976 + :run * 281474976710656 + :client_id * 274877906944 + :n
begin;
select entitlement_id, case_id, remaining_after
from journal
where request_id = (to_hex(:request::bigint) || '1000000000000000')::uuid;
select
    e.id as entitlement, a.name as allocation, g.number as grant_number,
    g.quantity - g.charged - 1 as remaining, g.quantity - g.charged - g.held - 1 as available
from customer as c
cross join setting as s
join entitlement as e on e.customer_id = c.id
join allocation as a on a.entitlement_id = e.id
join allocation_grant as g on g.entitlement_id = a.entitlement_id and g.allocation = a.name
where c.id = 'customer-' || :customer::bigint
    and e.state = 2
    and (now() at time zone s.time_zone)::date >= e.start_day
    and (e.end_day is null or (now() at time zone s.time_zone)::date <= e.end_day)
    and (e.channels is null or 'phone' = any(e.channels))
    and (a.channels is null or 'phone' = any(a.channels))
    and (g.valid_from is null or g.valid_from <= now())
    and (g.valid_until is null or g.valid_until > now())
    and g.quantity - g.charged - g.held >= 1
order by e.priority nulls last, e.start_day, e.id, a.position, g.burn_priority, g.valid_until, g.number
limit 1
for update of g \gset
update allocation_grant
set
    charged = charged + 1,
    changed_at = now()
where entitlement_id = :entitlement::text
    and allocation = :allocation::text
    and number = :grant_number::integer;
insert into support_case (
    id, customer_id, channel, entitlement_id, opened_at, allocation, grant_number, amount, is_held
)
values (
    'case-' || to_hex(:request::bigint), 'customer-' || :customer::bigint, 'phone', :entitlement::text, now(),
    :allocation::text, :grant_number::integer, 1, false
);
insert into journal (
    number, request_id, method, fingerprint, row_count, event, actor, occurred_at, recorded_at, customer_id, channel,
    entitlement_id, case_id, allocation, grant_number, granted, charged, held, remaining_after, available_after
)
values (
    nextval('bench_journal_number'), (to_hex(:request::bigint) || '1000000000000000')::uuid, 50,
    '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 1, 30, 'bench', now(), now(),
    'customer-' || :customer::bigint, 'phone', :entitlement::text, 'case-' || to_hex(:request::bigint),
    :allocation::text, :grant_number::integer, 0, 1, 0, :remaining::bigint, :available::bigint
);
commit;
