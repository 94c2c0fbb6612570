-- postgres-xa decision log, version 3: a mark for each participant.
--
-- A node that goes back in time (a snapshot of its disk, a backup that is not promoted) lists branches again that were
-- finished long ago and whose C rows are deleted. "mark" is the highest xid, on that participant's server, of any C row
-- that named it and was deleted. A branch without a row is known to be undecided only above it.
-- It can be run again at any time.

-- First the decisions, then the node, as transactions of running instances lock them: the other way round the script
-- could deadlock with them.
do $$
begin
    lock table pgxa.decision in share row exclusive mode;
end
$$;

create table if not exists pgxa.participant (
    identity text primary key check (identity ~ '^[0-9a-f]{16}$'),
    mark     xid8 not null
);

-- Since when every deletion raises the marks; null if nothing was deleted before.
alter table pgxa.node add column if not exists marks_since timestamptz;

-- The table raises the marks, in the transaction that deletes: even if an instance of an older release deletes, or a
-- person. It does so with the rights of the table's owner, so a role that deletes needs none on the marks.
create or replace function pgxa.raise_marks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into pgxa.participant as p (identity, mark)
    select distinct on (named.identity) named.identity, named.xid
    from gone, unnest(gone.participants, gone.participant_xids) as named (identity, xid)
    where gone.outcome = 'C' and named.xid > '0'::xid8 and named.identity ~ '^[0-9a-f]{16}$'
    order by named.identity, named.xid desc
    on conflict (identity) do update set mark = excluded.mark where p.mark < excluded.mark;
    return null;
end
$$;
revoke all on function pgxa.raise_marks() from public;

create or replace trigger raise_marks after delete on pgxa.decision
    referencing old table as gone for each statement execute function pgxa.raise_marks();

-- After the trigger: even if each statement is a separate transaction, nothing is deleted unseen in between.
update pgxa.node set marks_since = pg_catalog.now() where version < 3 and mark is not null;

-- Owner and readers are those of the table "node": restricted roles need no new grant.
do $$
declare
    it record;
begin
    select pg_get_userbyid(c.relowner) as owner, c.relacl as acl into it
    from pg_class c where c.oid = 'pgxa.node'::regclass;
    execute format('alter table pgxa.participant owner to %I', it.owner);
    execute format('alter function pgxa.raise_marks() owner to %I', it.owner);
    for it in
        select distinct a.grantee from pg_class c, aclexplode(c.relacl) a
        where c.oid = 'pgxa.node'::regclass and a.privilege_type = 'SELECT'
    loop
        execute 'grant select on pgxa.participant to '
            || case it.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(it.grantee)) end;
    end loop;
end
$$;

update pgxa.node set version = 3 where version < 3;
