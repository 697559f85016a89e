-- A contender's tenant gets what the measured one has: the same customers, entitlements and balances.
insert into :copy.customer
select *
from :original.customer;
insert into :copy.entitlement
select *
from :original.entitlement;
insert into :copy.allocation
select *
from :original.allocation;
insert into :copy.allocation_grant
select *
from :original.allocation_grant;
create sequence :copy.bench_journal_number;
