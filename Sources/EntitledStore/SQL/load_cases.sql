-- The cases ($1): a row for each charge.
select :case, :charge
from support_case as c
left join charge as t on t.case_id = c.id
where c.id = any($1::text[])
order by c.id, t.number
