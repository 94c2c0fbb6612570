-- postgres-xa decision log, version 2: the identity also says which database it belongs to.
--
-- A copy of the database carries the identity of its original. The row also has the identifier of the server and the
-- number of the database: in a copy they are those of the original, so the copy is recognized and refused, until an
-- operator says what it is. It can be run again at any time: a database that is bound stays bound.

alter table pgxa.node add column if not exists system_identifier bigint;
alter table pgxa.node add column if not exists database_oid oid;

update pgxa.node
set system_identifier = (select c.system_identifier from pg_catalog.pg_control_system() c),
    database_oid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
where system_identifier is null and database_oid is null;

update pgxa.node set version = 2 where version < 2;
