package io.github.postgresxa.decision;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** A node as a place for the decisions of transaction managers; see {@link ManagerLog}. Each call uses a wire. */
public interface ManagerLogNode {

    /** {@return its configured name} */
    String name();

    /**
     * Finds out which database it is.
     *
     * @return its identity
     * @throws SQLException if it has never answered, and does not now
     */
    NodeIdentity identity() throws SQLException;

    /**
     * Registers a manager; see {@link ManagerLog#register}.
     *
     * @param identity the database that is expected there
     * @param manager the name
     * @return the registration
     * @throws SQLException if it is not registered; an {@link UnconfirmedCommitException} if it may be
     */
    long register(NodeIdentity identity, ManagerName manager) throws SQLException;

    /**
     * Writes a decision to commit; see {@link ManagerLog#decide}.
     *
     * @param identity the database that is expected there
     * @param manager the name
     * @param registration as {@link #register} returned it
     * @param transaction the transaction
     * @return the row that exists now
     * @throws SQLException if C was not written; an {@link UnconfirmedCommitException} if it may have been
     */
    Decision.Kind decide(NodeIdentity identity, ManagerName manager, long registration, String transaction)
            throws SQLException;

    /**
     * Settles what has no row; see {@link ManagerLog#settle}.
     *
     * @param identity the database that is expected there
     * @param manager the name
     * @param transaction the transaction
     * @return the row that exists now
     * @throws SQLException if nothing is known
     */
    Decision.Kind settle(NodeIdentity identity, ManagerName manager, String transaction) throws SQLException;

    /**
     * Notes that decisions are carried out; see {@link ManagerLog#ended}.
     *
     * @param transactions at least one
     * @throws SQLException if that failed
     */
    void ended(Collection<String> transactions) throws SQLException;

    /**
     * Finds managers; see {@link ManagerLog#silence}.
     *
     * @param names at least one
     * @return those that are registered there, and how long each has shown no sign of life
     * @throws SQLException if the node did not answer
     */
    Map<ManagerName, Duration> silence(Collection<ManagerName> names) throws SQLException;

    /**
     * Shows that a manager lives; see {@link ManagerLog#showLife}.
     *
     * @param manager the name
     * @throws SQLException if that failed; a {@link RegistrationLostException} if it is not registered any more
     */
    void showLife(ManagerName manager) throws SQLException;

    /**
     * Deletes what nothing waits for any more; see {@link ManagerLog#expire}.
     *
     * @param ended how long a decision is kept when it is carried out
     * @param silence how long a manager is kept that shows no sign of life
     * @throws SQLException if that failed
     */
    void expire(Duration ended, Duration silence) throws SQLException;
}
