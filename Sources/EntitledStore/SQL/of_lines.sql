-- Those of the owners that were found before, those that are named, and the defaults that were found.
e.customer_id = any((select nullif(current_setting('entitled.owners', true), '')::text[])::text[])
    or e.id = any($1::text[] || (select nullif(current_setting('entitled.defaults', true), '')::text[]))
