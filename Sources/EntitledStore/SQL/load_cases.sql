-- The cases ($1), each with its first charge: a row for each of the others.
select :case, :charge
from support_case as c
left join lateral (select * from charge where case_id = c.id offset 0) as t on true
where c.id = any($1::text[])
order by c.id, t.number
