-- Role and path for this transaction only. First, whether the connection came back as its login role: current_user is
-- read before the role is set, because a select list is evaluated from left to right.
select
    current_user = session_user,
    set_config('role', $1, true),
    set_config('search_path', $2, true)
