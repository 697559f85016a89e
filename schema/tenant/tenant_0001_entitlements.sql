-- One tenant's tables. They are owned by entitled_owner; the tenant's role may do with each just what the code needs.
-- Ids that callers give are text, compared by bytes. Numbered values (kind, state, event …) are EntitledCore's.

grant usage on schema :schema to :role;

-- What holds for the whole tenant.
create table setting (
    name text collate "C" primary key,
    value text not null
);

grant select on setting to :role;

-- The one row that edits of the account and product trees lock.
create table structure (
    one boolean primary key default true,
    constraint structure_one_row check (one)
);

insert into structure (one)
values (true);

grant select, update on structure to :role;

-- Accounts and contacts. A contact's parent is its account.
create table customer (
    id text collate "C" primary key,
    kind smallint not null,
    name text not null,
    parent_id text collate "C" references customer,
    constraint customer_id_length check (char_length(id) between 1 and 128),
    constraint customer_name_length check (char_length(name) between 1 and 200),
    constraint customer_kind_known check (kind in (1, 2)),
    constraint customer_contact_has_account check (kind = 1 or parent_id is not null),
    constraint customer_not_its_own_parent check (parent_id <> id)
);

create index customer_parent on customer (parent_id)
where parent_id is not null;

grant select, insert on customer to :role;

-- Products and their families.
create table product (
    id text collate "C" primary key,
    name text not null,
    family_id text collate "C" references product,
    constraint product_id_length check (char_length(id) between 1 and 128),
    constraint product_name_length check (char_length(name) between 1 and 200),
    constraint product_not_its_own_family check (family_id <> id)
);

grant select, insert on product to :role;

-- The channels that the tenant added to the standard ones.
create table channel (
    id text collate "C" primary key,
    constraint channel_id_length check (char_length(id) between 1 and 128)
);

grant select, insert on channel to :role;

-- What a customer is entitled to. Its row is the lock of everything below it.
create table entitlement (
    id text collate "C" primary key,
    customer_id text collate "C" not null references customer,
    serves_descendants boolean not null,
    -- Scopes: null covers everything.
    products text[],
    channels text[],
    contacts text[],
    start_day date not null,
    -- The last day of cover; null runs on.
    end_day date,
    time_zone text,
    priority integer,
    exhaustion_policy smallint not null,
    state smallint not null,
    constraint entitlement_id_length check (char_length(id) between 1 and 128),
    constraint entitlement_days_ordered check (end_day >= start_day),
    constraint entitlement_products_not_empty check (cardinality(products) > 0),
    constraint entitlement_channels_not_empty check (cardinality(channels) > 0),
    constraint entitlement_contacts_not_empty check (cardinality(contacts) > 0),
    constraint entitlement_exhaustion_policy_known check (exhaustion_policy = 1),
    constraint entitlement_state_known check (state in (1, 2))
);

create index entitlement_customer on entitlement (customer_id);

grant select, insert, update on entitlement to :role;

-- One counted pool of an entitlement.
create table allocation (
    entitlement_id text collate "C" not null references entitlement,
    name text collate "C" not null,
    -- The order in which the terms name the pools, from 0.
    position smallint not null,
    -- 1 per incident, 4 unlimited
    kind smallint not null,
    quantity bigint,
    primary key (entitlement_id, name),
    constraint allocation_name_length check (char_length(name) between 1 and 64),
    constraint allocation_kind_known check (kind in (1, 4)),
    constraint allocation_quantity_fits_kind check ((kind = 4) = (quantity is null)),
    constraint allocation_quantity_bounded check (quantity between 1 and 1000000000)
);

grant select, insert on allocation to :role;

-- One tranche of an allocation, with its balance. Pages keep room so that a new balance stays on its page.
create table allocation_grant (
    entitlement_id text collate "C" not null,
    allocation text collate "C" not null,
    number integer not null,
    -- Null is unlimited.
    quantity bigint,
    charged bigint not null,
    held bigint not null,
    -- The instant of the last decision about it.
    changed_at timestamptz not null,
    primary key (entitlement_id, allocation, number),
    foreign key (entitlement_id, allocation) references allocation,
    constraint allocation_grant_quantity_bounded check (quantity between 0 and 1000000000),
    constraint allocation_grant_charged_natural check (charged >= 0),
    constraint allocation_grant_held_natural check (held >= 0),
    constraint allocation_grant_not_overdrawn check (charged + held <= quantity)
) with (fillfactor = 50);

grant select, insert, update on allocation_grant to :role;

-- Cases that were opened. No foreign keys here and below: the entitlement's lock and the rules guarantee them, and
-- each would cost every case a look-up and a lock.
create table support_case (
    id text collate "C" primary key,
    customer_id text collate "C" not null,
    product_id text collate "C",
    channel text collate "C",
    entitlement_id text collate "C" not null,
    opened_at timestamptz not null,
    constraint support_case_id_length check (char_length(id) between 1 and 128)
);

grant select, insert on support_case to :role;

-- What a case took from which grant, numbered in the order in which it was booked.
create table charge (
    case_id text collate "C" not null,
    number smallint not null,
    entitlement_id text collate "C" not null,
    allocation text collate "C" not null,
    grant_number integer not null,
    amount bigint not null,
    primary key (case_id, number),
    constraint charge_amount_positive check (amount > 0)
);

grant select, insert on charge to :role;

-- The last number that the journal gave out. Updated together with each insert, so that numbers have no gaps.
create table journal_head (
    one boolean primary key default true,
    last_number bigint not null,
    -- Rows are recorded in the order of their numbers, whatever the batches' clocks said.
    last_recorded_at timestamptz not null,
    constraint journal_head_one_row check (one)
);

insert into journal_head (one, last_number, last_recorded_at)
values (true, 0, '-infinity');

grant select, update on journal_head to :role;

-- The tenant's ledger, audit log and event stream: a row for each posting, at least one for each act.
create table journal (
    number bigint primary key,
    -- On the first row of a call: its request id, method, the fingerprint of its content, and how many rows it wrote.
    request_id uuid,
    method smallint,
    fingerprint bytea,
    row_count smallint,
    event smallint not null,
    actor text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    customer_id text collate "C",
    product_id text collate "C",
    channel text collate "C",
    entitlement_id text collate "C",
    case_id text collate "C",
    -- The posting: what changed on which grant, and the allocation's balance after it (null is unlimited).
    allocation text collate "C",
    grant_number integer,
    granted bigint,
    charged bigint,
    held bigint,
    remaining_after bigint,
    available_after bigint,
    -- What the columns can't say: enough to give the same answer again.
    detail json,
    constraint journal_request_whole check (
        (request_id is null) = (fingerprint is null)
        and (request_id is null) = (method is null)
        and (request_id is null) = (row_count is null)
    ),
    constraint journal_fingerprint_length check (octet_length(fingerprint) = 32),
    constraint journal_posting_whole check (
        (allocation is null) = (grant_number is null)
        and (allocation is null) = (granted is null)
        and (allocation is null) = (charged is null)
        and (allocation is null) = (held is null)
    )
);

create unique index journal_request on journal (request_id)
where request_id is not null;

create index journal_entitlement on journal (entitlement_id, number)
where entitlement_id is not null;

create index journal_case on journal (case_id, number)
where case_id is not null;

grant select, insert on journal to :role;
