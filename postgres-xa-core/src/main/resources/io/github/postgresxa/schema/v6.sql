-- postgres-xa decision log, version 6: what the embedded transaction manager decides.
--
-- Where another resource takes part, a message broker for example, the transaction manager inside the application
-- decides. Its decision is a row here, so another instance, on another machine, can end what a dead one left. Each
-- start of a process gives its manager a name of its own. One node, the log node of the name, has the name and all
-- that is decided under it.
-- It can be run again at any time.

-- The managers whose log node this is.
--   name         random, part of each global transaction id that the manager makes; never used again
--   node         identity of the database where the row was written: a copy has another one, and reads no row of its
--                original
--   application  as people know it
--   seen_at      the last sign of life; it decides nothing, but only a name that showed none for long is deleted
create table if not exists pgxa.manager (
    name        text primary key,
    node        text not null check (node ~ '^[0-9a-f]{16}$'),
    application text not null,
    since       timestamptz not null default pg_catalog.clock_timestamp(),
    seen_at     timestamptz not null default pg_catalog.clock_timestamp()
);

-- One row settles one transaction of a manager: C commits, A aborts. The unique key decides: the first writer wins.
--   gtrid    the manager's global transaction id in base64url, without padding: one spelling for each id
--   manager  its name. Names are deleted, together with their rows A; the key refuses a decision that comes still later
--   ended_at when every resource had carried it out, as the manager knows; null after a crash. The row is kept for an
--            hour more: a resource that loses what it has acknowledged finds it
create table if not exists pgxa.manager_decision (
    gtrid      text primary key check (gtrid ~ '^[A-Za-z0-9_-]{1,86}$'),
    manager    text not null references pgxa.manager (name),
    outcome    char(1) not null check (outcome in ('C', 'A')),
    decided_at timestamptz not null default pg_catalog.clock_timestamp(),
    ended_at   timestamptz
);

create index if not exists manager_decision_manager on pgxa.manager_decision (manager);

-- Restricted roles need no new grant: the owner is that of the table "decision", and its readers may read. A role that
-- writes decisions, which is that of work, may register a manager, note its signs of life, write its decisions, and
-- note which ones are carried out. A role that deletes decisions, which is that of recovery, may do so, too, and delete
-- them and names.
do $$
declare
    it record;
    grantee text;
begin
    select pg_get_userbyid(c.relowner) as owner into it from pg_class c where c.oid = 'pgxa.decision'::regclass;
    execute format('alter table pgxa.manager owner to %I', it.owner);
    execute format('alter table pgxa.manager_decision owner to %I', it.owner);
    for it in
        select a.grantee, bool_or(a.privilege_type in ('INSERT', 'DELETE')) as writes,
               bool_or(a.privilege_type = 'DELETE') as deletes
        from pg_class c, aclexplode(c.relacl) a
        where c.oid = 'pgxa.decision'::regclass and a.privilege_type in ('SELECT', 'INSERT', 'DELETE')
        group by a.grantee
    loop
        grantee := case it.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(it.grantee)) end;
        execute 'grant select on pgxa.manager, pgxa.manager_decision to ' || grantee;
        if it.writes then
            execute 'grant insert, update (seen_at) on pgxa.manager to ' || grantee;
            execute 'grant insert, update (ended_at) on pgxa.manager_decision to ' || grantee;
        end if;
        if it.deletes then
            execute format('grant %s on pgxa.manager, pgxa.manager_decision to ', 'delete') || grantee;
        end if;
    end loop;
end
$$;

update pgxa.node set version = 6 where version < 6;
