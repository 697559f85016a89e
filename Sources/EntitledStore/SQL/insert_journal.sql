-- Takes the numbers ($1: how many) and writes the rows in one statement: whoever holds the head writes the next rows.
-- The last statement before the commit, because it holds up every other batch of the tenant.
with head as (
    update journal_head
    set
        last_number = last_number + $1::bigint,
        last_recorded_at = greatest(last_recorded_at, $2::timestamptz)
    returning last_number - $1::bigint as before, last_number as last, last_recorded_at as recorded_at
),
written as (
    insert into journal (number, recorded_at, :columns)
    select generate_series(head.before + 1, head.last), head.recorded_at, :values
    from head
)
select before + 1
from head
