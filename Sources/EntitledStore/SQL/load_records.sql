select :columns
from :table
where id = any($1::text[])
