-- Each row is there: the conflict is what finds it, by its key, whatever the planner believes of the table. Joined with
-- the set, the table would be read from end to end by a plan that was made when it was small.
insert into :table (:columns)
select :values
on conflict (:key) do update
set :assignments
