-- postgres-xa decision log, version 1. PostgreSQL 14 or newer.
--
-- One schema on every node. The library runs this script (initialize-schema=always), or your own migration tool, which
-- may rename the schema "pgxa". It can be run again at any time. Later versions only add to it: nothing is ever dropped
-- or shrunk.

create schema if not exists pgxa;

-- One row: the identity of this database, random and written once. "mark" is the highest home xid of any C row that was
-- deleted: a late reader that finds no C row may take that for a rollback only above it.
create table if not exists pgxa.node (
    singleton  boolean primary key default true check (singleton),
    identity   text not null check (identity ~ '^[0-9a-f]{16}$'),
    version    integer not null,
    mark       xid8,
    created_at timestamptz not null default now()
);

-- One row settles one transaction: C commits, A aborts. The unique key decides: the first writer wins.
--   xid           of the transaction that wrote the row: for C the home's own work, for A the fence
--   coordinator   the application that decided or fenced, for people
--   participants  identities of the nodes that hold a prepared branch; beside each, its xid there and its server's
--                 incarnation
create table if not exists pgxa.decision (
    gtrid                    uuid primary key,
    outcome                  char(1) not null check (outcome in ('C', 'A')),
    xid                      xid8 not null,
    coordinator              text not null,
    participants             text[] not null default '{}',
    participant_xids         xid8[] not null default '{}',
    participant_incarnations text[] not null default '{}',
    decided_at               timestamptz not null default now()
);

-- Finds what is old enough to be deleted, oldest first and page by page, however much there is. New entries are always
-- added at its end, so it is cheap to keep. (A BRIN index would be smaller. But it becomes useless once the space of
-- deleted rows is used again, and gives no order.)
create index if not exists decision_decided_at on pgxa.decision (decided_at, gtrid);

-- 64 random bits; the digits of a random UUID that are not fixed.
insert into pgxa.node (identity, version)
select left(u, 12) || right(u, 4), 1
from (select replace(gen_random_uuid()::text, '-', '') as u) random
on conflict (singleton) do nothing;
