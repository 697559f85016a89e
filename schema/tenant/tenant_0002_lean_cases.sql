-- What opening a case costs: a row less for its charge, and a look-up less for each customer without anything above it.

-- A case's first charge stands in its row: most cases have no other. Charges of cases that were opened before stay
-- where they are.
alter table support_case
    add column allocation text collate "C",
    add column grant_number integer,
    add column amount bigint,
    add column is_held boolean;

-- Not validated: the new columns of what is there are null, and looking at each row would hold up every case.
alter table support_case
    add constraint support_case_charge_whole check (
        (allocation is null) = (grant_number is null)
        and (allocation is null) = (amount is null)
        and (allocation is null) = (is_held is null)
    ) not valid,
    add constraint support_case_amount_positive check (amount > 0) not valid;

-- What a customer's line must be asked for: most have neither.
create index customer_line on customer (id)
where parent_id is not null or default_entitlement_id is not null;
