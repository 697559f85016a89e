insert into :table (:columns)
select :values
from unnest(:arrays) as new (:columns)
