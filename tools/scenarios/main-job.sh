# shellcheck shell=bash
# Two tenants: cases covered, refused and repeated, through the CLI and the SDK, and a service desk's export.

say 'two tenants, each with a schema, a role and a key of its own'
new_tenant acme
new_tenant globex
run tenant list

say 'acme: one account with a contact, and a contract of one phone incident'
as_tenant acme
run customer add 'Müller & Söhne'
run customer add anna --contact --account 'Müller & Söhne' --name 'Anna'
run product add lasers
run product add laser-9 --family lasers
run entitlement add gold --customer 'Müller & Söhne' --incidents 1 --channel phone --product lasers --activate
run case check --customer anna --product laser-9 --channel phone
run case open C-1 --customer anna --product laser-9 --channel phone --request-id 018f3c1e-0000-7000-8000-000000000001
run case open C-2 --customer anna --product laser-9 --channel email
run case open C-3 --customer anna --product laser-9 --channel phone
run case open C-1 --customer anna --product laser-9 --channel phone --request-id 018f3c1e-0000-7000-8000-000000000001

say 'globex: cases through the SDK, then an export of a service desk, twice: the second time changes nothing'
as_tenant globex
port=$(grep -o '"port" *: *[0-9]*' "$ENTITLED_CONNECTION" | grep -o '[0-9]*$')
output=$("$programs/entitled-bench" load --port "$port" --ca "$folder/dev/tls/ca.pem" --key-file "$folder/globex.key" \
    --seconds 0.5 --customers 4 --in-flight 16)
printf '%s\n' "$output"
opened=$((opened + $(field opened)))
run replay tools/samples/servicenow.csv --format servicenow --time-zone Europe/Berlin --entitlement incidents:3
run replay tools/samples/servicenow.csv --format servicenow --time-zone Europe/Berlin --entitlement incidents:3

say 'what became of it'
for tenant in acme globex; do
    as_tenant "$tenant"
    run entitlement list
    run journal --limit 12
    run reconcile
done
