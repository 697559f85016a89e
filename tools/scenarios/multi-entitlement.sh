# shellcheck shell=bash
# One customer with several entitlements: the ranking, fall-through, shared pools, a named one, and the default.

new_tenant multi-entitlement

say 'a group with a daughter, a contact, and a family of products'
run customer add group
run customer add daughter --parent group
run customer add kim --contact --account daughter
run product add servers
run product add rack-7 --family servers

say 'from the most specific to the least: the product, the channel, the account, the group'
run entitlement add product --customer daughter --product rack-7 --incidents 1 --activate
run entitlement add phone --customer daughter --channel phone --incidents 1 --activate
run entitlement add account --customer daughter --allocation main=3 --allocation 'e-mail=1 channels=email' --activate
run entitlement add group --customer group --serves-descendants --unlimited --activate
run entitlement add old --customer daughter --start 2020-01-01 --end 2020-12-31 --unlimited --activate
run case check --customer kim --product rack-7 --channel phone --explain

say 'each takes one case, then the next in rank'
expect 'by product' case open X-1 --customer kim --product rack-7 --channel phone
expect 'by phone' case open X-2 --customer kim --product rack-7 --channel phone
expect 'by account' case open X-3 --customer kim --product rack-7 --channel phone
run entitlement list

say 'an e-mail takes one from the main pool and one from the e-mail pool; the tighter one binds'
expect 'by account' case open X-4 --customer kim --channel email
run entitlement show account
expect 'by group' case open X-5 --customer kim --channel email

say 'a named entitlement is the only one that is tested'
expect 'exhausted' case open X-6 --customer kim --channel email --entitlement account
expect 'by account' case open X-7 --customer kim --channel chat --entitlement account

say 'without fall-through the most specific one that covers decides alone'
run settings update --no-fall-through
expect 'exhausted' case open X-8 --customer kim --product rack-7 --channel phone
run settings update --fall-through

say 'a stranger is covered by nothing, then by the default'
run customer add stranger
expect 'not_covered' case open X-9 --customer stranger --channel chat
run customer add house
run entitlement add courtesy --customer house --incidents 5 --activate
run settings update --default-entitlement courtesy
expect 'by courtesy' case open X-10 --customer stranger --channel chat
run case check --customer stranger --channel chat --explain
run entitlement list
run reconcile
