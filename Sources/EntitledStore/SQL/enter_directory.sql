-- As for a tenant.
select
    current_user = session_user,
    set_config('role', 'entitled_directory', true),
    set_config('search_path', 'entitled', true)
