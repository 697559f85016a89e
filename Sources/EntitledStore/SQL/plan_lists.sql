-- For this transaction only: a list's plan depends on which filters are set, so that one for all would walk tables.
select set_config('plan_cache_mode', 'force_custom_plan', true)
