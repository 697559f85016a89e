-- An entitlement's terms and pools as one value besides their columns: what every check and every case reads, ready
-- made. It counts only if it bears the version of its row, so whoever doesn't know of it leaves it out of use, not
-- wrong.

alter table entitlement
    add column packed bytea,
    -- The row's version of which it was made.
    add column packed_version bigint,
    -- Which columns it has, and in which order: the number is the program's.
    add column packed_form smallint;

update entitlement as e
set
    packed = record_send(row(
        e.state, e.serves_descendants, e.assets, e.contacts, e.start_day, e.end_day, e.renewal_day, e.time_zone,
        e.priority, e.plan_id, e.contract_id, e.quantity, e.products, e.channels, e.sla_id, e.calendar_id,
        e.is_hours_only, e.exhaustion_policy, e.renewal_notice_days, e.routing::text, e.billing::text, e.life::text,
        array(
            select row(
                a.name, a.position, a.kind, a.unit, a.quantity, a.period_length, a.period_unit, a.period_anchor,
                a.rollover_maximum, a.carry_maximum, a.channels, a.products, a.weights::text, a.consumption,
                a.hold_seconds, a.exhaustion_policy, a.overage_limit
            )
            from allocation as a
            where a.entitlement_id = e.id
            order by a.position
        )
    )),
    packed_version = e.version,
    packed_form = 1;
