-- The root of the account and product trees.
select one
from structure
for no key update
