-- postgres-xa decision log, version 5: what an operator forced.
--
-- An order with force may end a branch against its decision, and then the nodes disagree. Each node that answers keeps
-- who ordered it, when, why, and against what. A row is written before the order is carried out, and another one with
-- its result afterwards. Rows are only added; an order deletes those of more than 400 days ago.
-- It can be run again at any time.

--   id             because what is published for logical replication needs a key
--   gtrid          the transaction; or, behind zeros, the identity of a database that was adopted
--   database_user  the role that was logged in
--   requested_by   the person, as the console or the application knows that one
--   action         how the transaction was to end, or which node was adopted, and as what
--   decision       the state of its decision, or the place of the database, as it was seen
--   missing        nodes that did not answer, and a home that no node had
--   against        what the order overrides
--   reason         as given
--   result         how the order ended at the nodes; null in a row that was written before
create table if not exists pgxa.forced (
    id            uuid primary key default pg_catalog.gen_random_uuid(),
    gtrid         uuid not null,
    ordered_at    timestamptz not null default pg_catalog.clock_timestamp(),
    database_user text not null default session_user,
    requested_by  text not null,
    action        text not null,
    decision      text not null,
    missing       text[] not null default '{}',
    against       text not null,
    reason        text not null,
    result        text
);

create index if not exists forced_gtrid on pgxa.forced (gtrid);

-- Restricted roles need no new grant: the owner is that of the table "decision", its readers may read, and a role that
-- deletes decisions, which is that of recovery, may also add rows and delete old ones.
do $$
declare
    it record;
begin
    select pg_get_userbyid(c.relowner) as owner into it from pg_class c where c.oid = 'pgxa.decision'::regclass;
    execute format('alter table pgxa.forced owner to %I', it.owner);
    for it in
        select distinct a.grantee, a.privilege_type
        from pg_class c, aclexplode(c.relacl) a
        where c.oid = 'pgxa.decision'::regclass
          and (a.privilege_type = 'SELECT'
               or a.privilege_type in ('INSERT', 'DELETE')
                  and exists (select from aclexplode(c.relacl) d
                              where d.grantee = a.grantee and d.privilege_type = 'DELETE'))
    loop
        execute format('grant %s on pgxa.forced to ', it.privilege_type)
            || case it.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(it.grantee)) end;
    end loop;
end
$$;

update pgxa.node set version = 5 where version < 5;
