select
    set_config('role', 'entitled_directory', true),
    set_config('search_path', 'entitled', true)
