# shellcheck shell=bash
# A tenant's whole book from files: tried out first, imported, and imported again without changing anything.

new_tenant import

say 'tried out first: what refers to other lines can be checked only here'
expect 'import: added=3 unchanged=0 repeated=0 failed=0' import customers tools/samples/import-customers.csv --dry-run

say 'customers, products, machines, plans, entitlements'
expect 'added=10' import customers tools/samples/import-customers.csv
expect 'added=10' import products tools/samples/import-products.csv
expect 'added=10' import assets tools/samples/import-assets.jsonl
expect 'added=10' import plans tools/samples/import-plans.csv
expect 'added=10' import entitlements tools/samples/import-entitlements.csv
expect 'added=8' import entitlements tools/samples/import-entitlements.jsonl
run entitlement list

say 'again: the first answers, and nothing changes'
expect 'repeated=10' import customers tools/samples/import-customers.csv
expect 'repeated=10' import entitlements tools/samples/import-entitlements.csv
say 'what was left a draft is put into force'
expect 'added=2 unchanged=0 repeated=8' import entitlements tools/samples/import-entitlements.csv --activate

say 'a faulty file is refused whole, with every bad line by its number'
printf 'id,kind,parent\nnew-1,account,\nnew-2,person,\n,account,\n' >"$folder/faulty.csv"
expect_error 'line 3' import customers "$folder/faulty.csv"
expect_error 'new-1' customer show new-1
run reconcile
