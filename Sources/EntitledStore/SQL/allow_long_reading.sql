-- For this transaction only: as long as its caller waits, and whole tables from end to end.
select
    set_config('statement_timeout', '55s', true),
    set_config('enable_seqscan', 'on', true)
