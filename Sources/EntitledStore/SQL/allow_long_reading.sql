-- For this transaction only: as long as its caller waits.
select set_config('statement_timeout', '55s', true)
