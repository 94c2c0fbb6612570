-- postgres-xa decision log, version 4: a row is dated when it is written.
--
-- The retention counts from "decided_at". Its default was the begin of the transaction, so the decision of a
-- transaction that took longer than the retention could be deleted at once. This release dates its rows by itself; the
-- default does it for the rows of an instance of an older release. The table is locked for a moment.
-- It can be run again at any time.

alter table pgxa.decision alter column decided_at set default pg_catalog.clock_timestamp();

update pgxa.node set version = 4 where version < 4;
