-- Customers that have something above them, or a default entitlement of their own. Whoever has to know whether any of
-- hundreds does looks for them here: where nobody does, and that is most often so, there is nothing to look through.

create index customer_in_tree on customer (id)
where parent_id is not null or default_entitlement_id is not null;
