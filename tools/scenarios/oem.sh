# shellcheck shell=bash
# A machine builder: warranties by serial number, a service contract for a family, and which one wins.

new_tenant oem

say 'products, and three machines that were sold'
run product add presses
run product add press-100 --family presses
run product add press-200 --family presses
run customer add 'Stahl AG'
run customer add ivo --contact --account 'Stahl AG'
run asset add SN-1001 --product press-100 --customer 'Stahl AG'
run asset add SN-1002 --product press-100 --customer 'Stahl AG'
run asset add SN-2001 --product press-200 --customer 'Stahl AG'
run asset list

say 'a warranty of two incidents for one machine; a contract of five a year for the whole family'
run contract add K-77 --customer 'Stahl AG' --manager mara
run entitlement add warranty-1001 --customer 'Stahl AG' --contract K-77 --asset SN-1001 --incidents 2 \
    --start "$(day today)" --end "$(day '+2 years')" --activate
run entitlement add service --customer 'Stahl AG' --contract K-77 --product presses \
    --allocation 'main=5 per year' --start "$(day today)" --activate

say 'the machine under warranty: the warranty is the more specific one'
expect 'warranty-1001' case open M-1 --customer ivo --asset SN-1001 --channel phone
run entitlement show warranty-1001

say 'another machine: the contract for the family'
expect 'service' case open M-2 --customer ivo --asset SN-2001 --channel phone
run entitlement show service

say 'the warranty is used up: the contract takes over'
expect 'warranty-1001' case open M-3 --customer ivo --asset SN-1001 --channel phone
expect 'service' case open M-4 --customer ivo --asset SN-1001 --channel phone
run case check --customer ivo --asset SN-1001 --channel phone --explain
run entitlement list

say 'what contradicts itself, or is unknown, is an error'
expect_error 'press-200' case check --customer ivo --asset SN-1001 --product press-200
expect_error 'SN-9999' case check --customer ivo --asset SN-9999
run reconcile
