select
    (select count(*) from journal),
    (select coalesce(max(number), 0) from journal),
    (select last_number from journal_head),
    (select count(*) from allocation_grant),
    (select count(*) from support_case),
    (select count(*) from journal where event = 30 and request_id is not null)
