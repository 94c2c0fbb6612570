-- What a database administrator wants to know of one node. Connect to the node's own database, with psql for example.
--
-- Everything here only reads. Any role that may read the schema "pgxa" can run it; to see the statements of others, it has to be a member of pg_monitor.
-- Replace the transaction 00000000-0000-0000-0000-000000000000 by the one you look for. If decision.schema is set, replace "pgxa".
-- Lists end after 100 rows. The tests QueriesIT and OperationsIT run every statement of this file.
--
-- A prepared branch of ours is called pgxa/1/<transaction>/<home>/<this node>; pgxa/2/… carries another resource's identifier as well.
-- A transaction is settled by one row at its home: C commits, A aborts. Never finish a branch against it.

-- name: node
-- Which node this is: its identity stands in the names of branches and in decisions.
select identity, version, mark, pg_is_in_recovery() as standby from pgxa.node;

-- name: prepared
-- What is prepared on this server, by whom, and for how long, oldest first. "ours" is what postgres-xa finishes from here. The names of others mean
-- nothing to us: transaction and home are shown of ours only, also of those in other databases of this server.
select p.gid, named.transaction is not null and p.database = current_database() as ours,
       named.transaction, named.home, p.owner, p.database, clock_timestamp() - p.prepared as age
from pg_prepared_xacts p
left join lateral (
    select part[1] as transaction, part[2] as home
    from regexp_matches(p.gid, '^pgxa/[12]/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{16})/[0-9a-f]{16}(?:/.+)?$') as part
) named on true
order by p.prepared limit 100;

-- name: foreign
-- What others have prepared on this server, oldest first. Of a transaction manager over the driver's XAResource: its format id (1096044365 is Atomikos, 131077
-- Narayana), and the part that all branches of one transaction share.
select p.gid, xid.part[1] as format_id, xid.part[2] as global_id_base64, p.database, p.owner, clock_timestamp() - p.prepared as age
from pg_prepared_xacts p
left join lateral regexp_matches(p.gid, '^(-?[0-9]+)_([A-Za-z0-9+/]*={0,2})_[A-Za-z0-9+/]*={0,2}$') as xid(part) on true
where p.gid not like 'pgxa/%'
order by p.prepared limit 100;

-- name: prepared-use
-- How much of max_prepared_transactions is used.
select count(*) as prepared, current_setting('max_prepared_transactions')::int as maximum,
       max(clock_timestamp() - prepared) as oldest
from pg_prepared_xacts;

-- name: locks
-- Which locks prepared transactions hold. (A lock of one has no pid. Its "virtualtransaction" is the one of the session that prepared it, or -1/<xid> after a
-- restart; the lock on its own xid tells which.)
select p.gid, clock_timestamp() - p.prepared as age, l.locktype, l.mode,
       case when l.database in (0, (select oid from pg_database where datname = current_database()))
            then l.relation::regclass::text else l.relation::text end as relation
from pg_prepared_xacts p
join pg_locks own on own.pid is null and own.locktype = 'transactionid' and own.transactionid = p.transaction
join pg_locks l on l.pid is null and l.virtualtransaction = own.virtualtransaction
order by p.prepared, l.locktype, relation limit 100;

-- name: waiting
-- Who waits for a prepared transaction.
select p.gid, clock_timestamp() - p.prepared as prepared_for, a.pid, a.usename, a.application_name,
       clock_timestamp() - a.query_start as waits_for, left(a.query, 100) as statement
from pg_locks w
join pg_locks h on h.granted and h.pid is null and h.locktype = w.locktype
     and h.database is not distinct from w.database and h.relation is not distinct from w.relation
     and h.page is not distinct from w.page and h.tuple is not distinct from w.tuple
     and h.transactionid is not distinct from w.transactionid and h.virtualxid is not distinct from w.virtualxid
     and h.classid is not distinct from w.classid and h.objid is not distinct from w.objid and h.objsubid is not distinct from w.objsubid
join pg_locks own on own.pid is null and own.locktype = 'transactionid' and own.virtualtransaction = h.virtualtransaction
join pg_prepared_xacts p on p.transaction = own.transactionid
join pg_stat_activity a on a.pid = w.pid
where not w.granted
order by a.query_start limit 100;

-- name: xmin
-- What keeps VACUUM from removing dead rows, the worst first.
select what, name, age from (
    select 'prepared transaction' as what, gid as name, age(transaction) as age from pg_prepared_xacts
    union all
    select 'session', coalesce(application_name, '') || ' ' || pid, greatest(age(backend_xid), age(backend_xmin))
    from pg_stat_activity where (backend_xid is not null or backend_xmin is not null) and pid <> pg_backend_pid()
    union all
    select 'replication slot', slot_name, greatest(age(xmin), age(catalog_xmin))
    from pg_replication_slots where xmin is not null or catalog_xmin is not null
    union all
    select 'standby', application_name, age(backend_xmin) from pg_stat_replication where backend_xmin is not null
) holders order by age desc limit 100;

-- name: decision
-- The decision on one transaction. Ask at its home, which stands in the name of the branch. C: committed. A: rolled back. No row: not decided here, or the
-- row was deleted after everybody had carried it out.
select gtrid, outcome, coordinator, decided_at, participants, xid
from pgxa.decision where gtrid = '00000000-0000-0000-0000-000000000000';

-- name: home-here
-- Branches that are prepared here and whose home is this node as well (that is so only where another resource takes part), with their decision.
select p.gid, d.outcome, d.coordinator, d.decided_at
from pg_prepared_xacts p
join pgxa.node n on n.identity = split_part(p.gid, '/', 4)
left join pgxa.decision d on d.gtrid::text = split_part(p.gid, '/', 3)
where p.gid ~ '^pgxa/[12]/[0-9a-f-]{36}/' and p.database = current_database()
order by p.prepared limit 100;

-- name: decisions
-- How many decisions this node keeps, and since when.
select outcome, count(*), min(decided_at) as oldest, max(decided_at) as youngest from pgxa.decision group by outcome order by outcome;

-- name: decisions-by-participant
-- Whom the old decisions wait for. The identities are those of the query "node" on the other nodes.
select participant, count(*), min(decided_at) as oldest
from pgxa.decision, unnest(participants) as participant
where decided_at < now() - interval '2 hours'
group by participant order by count(*) desc limit 100;

-- name: fences
-- Fences that may not be deleted yet, because a transaction that ran as they were written has not ended.
select gtrid, decided_at, xid, pg_snapshot_xmin(pg_current_snapshot()) as oldest_running
from pgxa.decision
where outcome = 'A' and xid >= pg_snapshot_xmin(pg_current_snapshot())
order by decided_at limit 100;

-- name: forced
-- What operators have forced: who, when, why, and against what.
select gtrid, ordered_at, database_user, requested_by, action, decision, missing, reason, against, result
from pgxa.forced order by ordered_at desc limit 100;

-- name: managers
-- The transaction managers whose decisions this node has, where another XA resource takes part; and what they decided that is still here.
select m.name, m.application, m.node = n.identity as written_here, m.since, m.seen_at, d.gtrid, d.outcome, d.decided_at
from pgxa.manager m cross join pgxa.node n left join pgxa.manager_decision d on d.manager = m.name
order by m.seen_at desc, d.decided_at desc limit 100;

-- name: sessions
-- The sessions of postgres-xa on this server: application name "postgres-xa <application>".
select pid, usename, application_name, client_addr, state, clock_timestamp() - xact_start as in_transaction_for,
       wait_event_type, wait_event, left(query, 100) as statement
from pg_stat_activity where application_name like 'postgres-xa%' and pid <> pg_backend_pid()
order by xact_start nulls last limit 100;

-- name: settings
-- What the promise rests on: all "on", and a standby that is synchronous where you fail over to it.
select name, setting from pg_settings
where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'max_prepared_transactions')
order by name;
