-- Roles and rights of an application that uses postgres-xa, on one node. The test LeastPrivilegeIT runs this file and then works under it.
--
-- 1. Run the schema's scripts first (docs/upgrading.md): java -jar postgres-xa-cli.jar schema
-- 2. Run this file in the same database, as a superuser. "bank" stands for your application; the roles exist once per server, so where several
--    databases share a server, run section "roles" once. Give the two roles that log in a password, or let pg_hba.conf name another method.
-- 3. Tell the application:
--        postgres.xa.decision.initialize-schema: never
--        postgres.xa.nodes.<node>.username: bank_app
--        postgres.xa.nodes.<node>.recovery-role.username: bank_recovery
--
-- Where bank_app has a default role (alter role bank_app set role …), connections begin under that one: grant it what bank_app has here, and grant it to bank_recovery.
-- Where one role should do both, grant bank_app what bank_recovery has on the tables.

-- ---- roles

-- Owns tables and runs migrations. Nobody logs in as it.
create role bank_owner nologin nosuperuser nocreatedb nocreaterole;

-- The application's work.
create role bank_app login nosuperuser nocreatedb nocreaterole noinherit;

-- Recovery. Only the owner of a prepared transaction may finish it, and that is bank_app: so it may become that role, but has none of its
-- rights until it does.
create role bank_recovery login nosuperuser nocreatedb nocreaterole noinherit;
grant bank_app to bank_recovery;

-- ---- the decision log

alter schema pgxa owner to bank_owner;
alter table pgxa.node owner to bank_owner;
alter table pgxa.decision owner to bank_owner;
alter table pgxa.participant owner to bank_owner;
alter table pgxa.forced owner to bank_owner;
alter table pgxa.manager owner to bank_owner;
alter table pgxa.manager_decision owner to bank_owner;
alter function pgxa.raise_marks() owner to bank_owner;

revoke all on schema pgxa from public;
revoke all on pgxa.node, pgxa.decision, pgxa.participant, pgxa.forced, pgxa.manager, pgxa.manager_decision from public;

-- Work writes decisions, and reads them again after a lost reply. It can neither change nor delete one.
grant usage on schema pgxa to bank_app;
grant select on pgxa.node, pgxa.participant to bank_app;
grant select, insert on pgxa.decision to bank_app;

-- Where another XA resource takes part, the transaction manager inside the application decides. It registers its name, notes its signs of life,
-- and what is carried out. It can neither change nor delete what it has decided.
grant select, insert, update (seen_at) on pgxa.manager to bank_app;
grant select, insert, update (ended_at) on pgxa.manager_decision to bank_app;

-- Recovery also deletes decisions that were carried out everywhere, and notes how far ("mark"). The console works under the same role: it keeps
-- what an operator forces, and deletes such rows after 400 days.
grant usage on schema pgxa to bank_recovery;
grant select, update (mark) on pgxa.node to bank_recovery;
grant select on pgxa.participant to bank_recovery;
grant select, insert, delete on pgxa.decision, pgxa.forced, pgxa.manager, pgxa.manager_decision to bank_recovery;
grant update (seen_at) on pgxa.manager to bank_recovery;
grant update (ended_at) on pgxa.manager_decision to bank_recovery;

-- ---- what is good practice anyway

-- PostgreSQL 15 and newer do this by themselves in a new database.
revoke create on schema public from public;
