-- Those of the customers that are given.
e.customer_id = any($1::text[])
