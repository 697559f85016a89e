-- A set behind `select` costs less than one behind `from`, which would be written down before it is read.
insert into :table (:columns)
select :values
