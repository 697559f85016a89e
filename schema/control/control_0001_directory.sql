-- The control plane. It is owned by entitled_owner; the server reads it as entitled_directory.

-- Where tenants' data can live. The server's configuration says how each is reached.
create table cluster (
    name text collate "C" primary key,
    constraint cluster_name_form check (name ~ '^[a-z][a-z0-9-]{0,39}$')
);

insert into cluster (name)
values ('main');

-- A tenant and its placement: cluster, login role, schema, role.
create table tenant (
    slug text collate "C" primary key,
    name text not null,
    time_zone text not null,
    cluster text collate "C" not null references cluster,
    login_role text not null,
    schema_name text not null unique,
    role_name text not null unique,
    -- 1 provisioning, 2 active, 3 suspended
    status smallint not null,
    -- The last migration that was seen applied; the tenant's own table migration is the truth.
    schema_version integer not null default 0,
    created_at timestamptz not null,
    constraint tenant_slug_form check (slug ~ '^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$'),
    constraint tenant_name_length check (char_length(name) between 1 and 200),
    constraint tenant_status_known check (status between 1 and 3),
    constraint tenant_schema_version_natural check (schema_version >= 0)
);

-- API keys, as HMAC-SHA256 digests. The first eight bytes find the row, the whole is compared by the server.
create table api_key (
    id uuid primary key,
    tenant text collate "C" not null references tenant,
    name text not null,
    lookup bytea not null,
    digest bytea not null unique,
    -- 1 reader, 2 agent, 3 manager
    role smallint not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    constraint api_key_name_length check (char_length(name) between 1 and 64),
    constraint api_key_lookup_length check (octet_length(lookup) = 8),
    constraint api_key_digest_length check (octet_length(digest) = 32),
    constraint api_key_role_known check (role between 1 and 3)
);

create index api_key_lookup on api_key (lookup);

create unique index api_key_name on api_key (tenant, name)
where revoked_at is null;

-- What operators did, and when. Append only.
create table operator_journal (
    id uuid primary key,
    recorded_at timestamptz not null,
    -- The database role that did it.
    actor text not null,
    action text not null,
    tenant text collate "C",
    subject text not null
);

grant usage on schema :schema to entitled_directory;

grant select on cluster, tenant, api_key to entitled_directory;
