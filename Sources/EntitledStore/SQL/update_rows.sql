update :table
set :assignments
from (select :values) as new (:columns)
where :match
