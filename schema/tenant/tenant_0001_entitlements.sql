-- One tenant's tables. They are owned by entitled_owner; the tenant's role may do with each just what the code needs.
-- Ids that callers give are text, compared by bytes. Numbered values (kind, state, event …) are EntitledCore's.

grant usage on schema :schema to :role;

-- What holds for the whole tenant: one row.
create table setting (
    one boolean primary key default true,
    time_zone text not null,
    -- Whether a case goes to a less specific entitlement if the most specific one is exhausted.
    falls_through boolean not null default true,
    -- Covers a case when nothing else does. No foreign key: it may be a draft that is deleted.
    default_entitlement_id text collate "C",
    -- For so many days after a period's end its books stay open.
    closing_days integer not null default 10,
    version bigint not null default 0,
    constraint setting_one_row check (one),
    constraint setting_closing_days_bounded check (closing_days between 0 and 366)
);

grant select, update (falls_through, default_entitlement_id, closing_days, version) on setting to :role;

-- The one row that edits of the account and product trees lock, and whatever replaces a record or the settings.
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
    -- Covers its cases when nothing else does. No foreign key: it may be a draft that is deleted.
    default_entitlement_id text collate "C",
    version bigint not null,
    constraint customer_id_length check (char_length(id) between 1 and 128),
    constraint customer_name_length check (char_length(name) between 1 and 200),
    constraint customer_kind_known check (kind in (1, 2)),
    constraint customer_contact_has_account check (kind = 1 or parent_id is not null),
    constraint customer_not_its_own_parent check (parent_id <> id),
    constraint customer_version_positive check (version > 0)
);

create index customer_parent on customer (parent_id)
where parent_id is not null;

grant select, insert, update on customer to :role;

-- Products and their families.
create table product (
    id text collate "C" primary key,
    name text not null,
    family_id text collate "C" references product,
    version bigint not null,
    constraint product_id_length check (char_length(id) between 1 and 128),
    constraint product_name_length check (char_length(name) between 1 and 200),
    constraint product_not_its_own_family check (family_id <> id),
    constraint product_version_positive check (version > 0)
);

grant select, insert, update on product to :role;

-- Sold units of products, by their serial numbers.
create table asset (
    id text collate "C" primary key,
    name text not null,
    product_id text collate "C" not null references product,
    customer_id text collate "C" references customer,
    version bigint not null,
    constraint asset_id_length check (char_length(id) between 1 and 128),
    constraint asset_name_length check (char_length(name) between 1 and 200),
    constraint asset_version_positive check (version > 0)
);

grant select, insert, update on asset to :role;

-- When the tenant works.
create table calendar (
    id text collate "C" primary key,
    name text not null,
    time_zone text not null,
    -- Arrays: weekly hours in minutes of the local day; days without any.
    hours json not null,
    holidays json not null,
    version bigint not null,
    constraint calendar_id_length check (char_length(id) between 1 and 128),
    constraint calendar_name_length check (char_length(name) between 1 and 200),
    constraint calendar_hours_bounded check (json_array_length(hours) <= 200),
    constraint calendar_holidays_bounded check (json_array_length(holidays) <= 1000),
    constraint calendar_version_positive check (version > 0)
);

grant select, insert, update on calendar to :role;

-- Service level agreements.
create table sla (
    id text collate "C" primary key,
    name text not null,
    -- An array: names, priorities, seconds.
    targets json not null,
    calendar_id text collate "C" references calendar,
    version bigint not null,
    constraint sla_id_length check (char_length(id) between 1 and 128),
    constraint sla_name_length check (char_length(name) between 1 and 200),
    constraint sla_targets_bounded check (json_array_length(targets) between 1 and 100),
    constraint sla_version_positive check (version > 0)
);

grant select, insert, update on sla to :role;

-- Templates for entitlements. An entitlement copies what it takes from one, so nothing here is ever joined.
create table plan (
    id text collate "C" primary key,
    name text not null,
    service json not null,
    months integer,
    version bigint not null,
    constraint plan_id_length check (char_length(id) between 1 and 128),
    constraint plan_name_length check (char_length(name) between 1 and 200),
    constraint plan_months_bounded check (months between 1 and 1200),
    constraint plan_version_positive check (version > 0)
);

grant select, insert, update on plan to :role;

-- What was sold: groups entitlements.
create table contract (
    id text collate "C" primary key,
    name text not null,
    customer_id text collate "C" not null references customer,
    manager text,
    version bigint not null,
    constraint contract_id_length check (char_length(id) between 1 and 128),
    constraint contract_name_length check (char_length(name) between 1 and 200),
    constraint contract_manager_length check (char_length(manager) between 1 and 64),
    constraint contract_version_positive check (version > 0)
);

grant select, insert, update on contract to :role;

-- The channels that the tenant added to the standard ones.
create table channel (
    id text collate "C" primary key,
    constraint channel_id_length check (char_length(id) between 1 and 128)
);

grant select, insert on channel to :role;

-- What a customer is entitled to. Its row is the lock of everything below it.
create table entitlement (
    id text collate "C" primary key,
    -- 1 draft, 2 activated
    state smallint not null,
    customer_id text collate "C" not null references customer,
    serves_descendants boolean not null,
    -- Scopes: null covers everything.
    assets text[],
    contacts text[],
    start_day date not null,
    -- The last day of cover; null runs on.
    end_day date,
    renewal_day date,
    time_zone text,
    priority integer,
    plan_id text collate "C" references plan,
    contract_id text collate "C" references contract,
    quantity bigint not null,
    products text[],
    channels text[],
    sla_id text collate "C" references sla,
    calendar_id text collate "C" references calendar,
    is_hours_only boolean not null,
    exhaustion_policy smallint not null,
    renewal_notice_days integer,
    -- Null where there is nothing to say, as in most rows: hints for routing; how work is rounded; what has happened
    -- beyond the dates, and what is arranged for later.
    routing json,
    billing json,
    life json,
    -- The last day, in whatever zone, on which it may be live; null has no end.
    live_until date,
    -- The predecessor whose rest is still to be carried over.
    carries_from_id text collate "C",
    version bigint not null,
    constraint entitlement_id_length check (char_length(id) between 1 and 128),
    constraint entitlement_state_known check (state in (1, 2)),
    constraint entitlement_days_ordered check (end_day >= start_day),
    constraint entitlement_quantity_bounded check (quantity between 1 and 1000000),
    constraint entitlement_products_not_empty check (cardinality(products) > 0),
    constraint entitlement_channels_not_empty check (cardinality(channels) > 0),
    constraint entitlement_assets_not_empty check (cardinality(assets) > 0),
    constraint entitlement_contacts_not_empty check (cardinality(contacts) > 0),
    constraint entitlement_hours_have_calendar check (not is_hours_only or calendar_id is not null),
    constraint entitlement_exhaustion_policy_known check (exhaustion_policy in (1, 4)),
    constraint entitlement_renewal_notice_bounded check (renewal_notice_days between 0 and 3660),
    constraint entitlement_version_positive check (version > 0)
);

create index entitlement_customer on entitlement (customer_id, id);

create index entitlement_contract on entitlement (contract_id, id)
where contract_id is not null;

-- Only drafts are ever deleted.
grant select, insert, update, delete on entitlement to :role;

-- One counted pool of an entitlement.
create table allocation (
    entitlement_id text collate "C" not null references entitlement,
    name text collate "C" not null,
    -- The order in which the terms name the pools, from 0.
    position smallint not null,
    -- 1 per incident, 2 incidents per period, 3 hours per period, 4 unlimited
    kind smallint not null,
    -- 1 case, 2 second
    unit smallint not null,
    -- For one unit sold; null is unlimited.
    quantity bigint,
    -- Null is the whole term. Units: 1 day, 2 week, 3 month, 4 quarter, 5 year.
    period_length integer,
    period_unit smallint,
    -- A day on which a period begins; null is the start of cover.
    period_anchor date,
    rollover_maximum bigint not null,
    carry_maximum bigint not null,
    -- Scopes: null counts all.
    channels text[],
    products text[],
    -- What multiplies a case's cost; null is nothing.
    weights json,
    -- 1 creation, 2 resolution, 3 work; null is what is usual for the unit.
    consumption smallint,
    hold_seconds bigint not null,
    -- Null is what the entitlement says.
    exhaustion_policy smallint,
    -- How far below zero the policy `allow` may take it in a period; null has no limit.
    overage_limit bigint,
    primary key (entitlement_id, name),
    constraint allocation_name_length check (char_length(name) between 1 and 64),
    constraint allocation_kind_known check (kind between 1 and 4),
    constraint allocation_unit_fits_kind check (
        case kind when 3 then unit = 2 when 4 then unit in (1, 2) else unit = 1 end
    ),
    constraint allocation_quantity_fits_kind check ((kind = 4) = (quantity is null)),
    constraint allocation_quantity_bounded check (quantity between 1 and 1000000000),
    constraint allocation_period_fits_kind check (
        case kind when 2 then period_length is not null when 3 then true else period_length is null end
    ),
    constraint allocation_period_whole check (
        (period_length is null) = (period_unit is null) and (period_length is not null or period_anchor is null)
    ),
    constraint allocation_period_length_bounded check (period_length between 1 and 1000),
    constraint allocation_period_unit_known check (period_unit between 1 and 5),
    constraint allocation_rollover_fits_kind check (
        rollover_maximum between 0 and 1000000000 and (period_length is not null or rollover_maximum = 0)
    ),
    constraint allocation_carry_fits_kind check (
        carry_maximum between 0 and 1000000000 and (kind <> 4 or carry_maximum = 0)
    ),
    constraint allocation_channels_not_empty check (cardinality(channels) > 0),
    constraint allocation_products_not_empty check (cardinality(products) > 0),
    constraint allocation_consumption_fits_unit check (
        case unit when 1 then consumption in (1, 2) else consumption = 3 end
    ),
    constraint allocation_hold_fits_unit check (
        hold_seconds between 0 and 1000000000 and (unit = 2 or hold_seconds = 0)
    ),
    constraint allocation_exhaustion_policy_known check (exhaustion_policy in (1, 4)),
    constraint allocation_overage_limit_fits_kind check (
        overage_limit is null or (overage_limit between 0 and 1000000000 and kind <> 4)
    )
);

grant select, insert, update, delete on allocation to :role;

-- One tranche of an allocation, with its balance. Pages keep room so that a new balance stays on its page.
create table allocation_grant (
    entitlement_id text collate "C" not null,
    allocation text collate "C" not null,
    number integer not null,
    -- 1 purchase, 2 rollover, 3 carried, 4 top-up, 5 overage: what was allowed beyond the others
    origin smallint not null,
    -- Null is unlimited.
    quantity bigint,
    charged bigint not null,
    held bigint not null,
    -- From when it counts, and until when, exclusive; null is since ever, and for ever.
    valid_from timestamptz,
    valid_until timestamptz,
    -- Smaller burns first.
    burn_priority integer not null,
    -- The instant of the last decision about it.
    changed_at timestamptz not null,
    primary key (entitlement_id, allocation, number),
    foreign key (entitlement_id, allocation) references allocation,
    constraint allocation_grant_origin_known check (origin between 1 and 5),
    constraint allocation_grant_quantity_bounded check (quantity between 0 and 1000000000),
    constraint allocation_grant_charged_natural check (charged >= 0),
    constraint allocation_grant_held_natural check (held >= 0),
    constraint allocation_grant_not_overdrawn check (
        case origin when 5 then quantity = 0 else charged + held <= quantity end
    ),
    constraint allocation_grant_validity_ordered check (valid_until >= valid_from)
) with (fillfactor = 50);

grant select, insert, update on allocation_grant to :role;

-- Cases that were opened. No foreign keys here and below: the entitlement's lock and the rules guarantee them, and
-- each would cost every case a look-up and a lock.
create table support_case (
    id text collate "C" primary key,
    customer_id text collate "C" not null,
    product_id text collate "C",
    asset_id text collate "C",
    channel text collate "C",
    -- 1 is the most urgent.
    priority smallint,
    entitlement_id text collate "C" not null,
    -- The service level that it gets.
    sla_id text collate "C",
    opened_at timestamptz not null,
    constraint support_case_id_length check (char_length(id) between 1 and 128),
    constraint support_case_priority_known check (priority between 1 and 9)
);

grant select, insert on support_case to :role;

-- What a case took from which grant, or set aside there, numbered in the order in which it was booked.
create table charge (
    case_id text collate "C" not null,
    number integer not null,
    entitlement_id text collate "C" not null,
    allocation text collate "C" not null,
    grant_number integer not null,
    amount bigint not null,
    -- Whether it is only set aside yet.
    is_held boolean not null,
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
    -- On the first row of a call's last act, which is its answer: its request id, method, the fingerprint of its
    -- content, and how many rows the answer has. What came about on the way stands before it.
    request_id uuid,
    method smallint,
    fingerprint bytea,
    row_count integer,
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
