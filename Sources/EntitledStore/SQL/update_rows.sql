update :table
set :assignments
from unnest(:arrays) as new (:columns)
where :match
