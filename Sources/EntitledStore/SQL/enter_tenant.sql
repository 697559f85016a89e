-- Role and path for this transaction only.
select
    set_config('role', $1, true),
    set_config('search_path', $2, true)
