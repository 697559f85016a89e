# shellcheck shell=bash
# Contracts of hours: so many a month with a rest that rolls over, a prepaid block, top-ups, and a change in mid-period.

new_tenant hours

say 'ten hours a month, of which two roll over; an opened case sets half an hour aside'
run customer add 'Nordwind'
run entitlement add monthly --customer 'Nordwind' --allocation 'main=10h per month rollover=2h hold=30m' \
    --start "$(day today)" --end "$(day '+1 year -1 day')" --activate
expect 'opened' case open H-1 --customer 'Nordwind' --channel phone
run entitlement show monthly

say 'a block of one hour, for an account below, with holds of twenty minutes: three times twenty minutes is an hour'
run customer add 'Nordwind Bremen' --parent 'Nordwind'
run entitlement add block --customer 'Nordwind Bremen' --allocation 'main=1h hold=20m' --start "$(day today)" --activate
for number in 2 3 4; do
    expect 'opened' case open "H-$number" --customer 'Nordwind Bremen' --channel phone
    run entitlement show block
done
expect 'exhausted' case open H-5 --customer 'Nordwind Bremen' --channel phone

say 'forty minutes more, until the end of next month'
run grant add block 40m --end "$(day '+1 month')"
expect 'opened' case open H-6 --customer 'Nordwind Bremen' --channel phone
run entitlement show block

say 'twenty hours a month from now on: first what it would come to, then for good; the present month gets its share'
run entitlement amend monthly --allocation-quantity main=20h --dry-run
run entitlement show monthly
run entitlement amend monthly --allocation-quantity main=20h
run entitlement show monthly

say 'less than what is set aside is refused'
expect_error 'main' entitlement amend block --allocation-quantity main=1s --in-full
run reconcile
