package io.github.postgresxa.prepared;

import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Xid8;
import java.time.Duration;

/**
 * One of our branches, as a node lists it.
 *
 * @param gid its name
 * @param owner the role that prepared it
 * @param age by the server's clock, only for display
 * @param xid its transaction id there
 */
public record PreparedBranch(Gid gid, String owner, Duration age, Xid8 xid) {}
