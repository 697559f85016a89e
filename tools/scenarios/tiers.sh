# shellcheck shell=bash
# Bronze, Silver and Gold: three customers on three plans; who gets what, an upgrade, and a renewal.

new_tenant tiers

say 'the plans: Bronze by e-mail, Silver by phone too, Gold round the clock'
run plan init-examples
run plan list
run sla list

say 'three customers, a plan each, for a year'
for tier in bronze silver gold; do
    run customer add "$tier-corp"
    run entitlement add "$tier-1" --customer "$tier-corp" --plan "$tier" --start "$(day today)" \
        --end "$(day '+1 year -1 day')" --activate
done
run entitlement list

say 'Bronze: e-mail is covered, the phone is not'
expect 'opened' case open T-1 --customer bronze-corp --channel email
expect 'channel not covered' case open T-2 --customer bronze-corp --channel phone
run entitlement show bronze-1

say 'Silver: by phone, with the four-hour SLA'
expect 'sla-4h' case open T-3 --customer silver-corp --channel phone
run entitlement show silver-1

say 'Gold: any channel, unlimited, the one-hour SLA and a named manager'
expect 'sla-1h' case open T-4 --customer gold-corp --channel chat
run entitlement show gold-1

say 'Bronze is unpaid: suspended, nothing is covered; paid again, it is'
run entitlement suspend bronze-1 --reason 'invoice overdue'
expect 'suspended' case open T-5 --customer bronze-corp --channel email
run entitlement resume bronze-1
expect 'opened' case open T-6 --customer bronze-corp --channel email

say 'Bronze upgrades: its contract is cancelled, a Silver one begins'
run entitlement cancel bronze-1 --reason 'upgrade to Silver'
run entitlement add bronze-2 --customer bronze-corp --plan silver --start "$(day today)" \
    --end "$(day '+1 year -1 day')" --activate
expect 'bronze-2' case open T-7 --customer bronze-corp --channel phone
run entitlement show bronze-1

say 'Silver renews for the next year: linked both ways, waiting for its start'
run entitlement renew silver-1 silver-2
expect 'waiting' entitlement show silver-2
run entitlement show silver-1
run entitlement list
run reconcile
