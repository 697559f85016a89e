-- After the commit: whether the connection is its login role again.
select current_user = session_user
