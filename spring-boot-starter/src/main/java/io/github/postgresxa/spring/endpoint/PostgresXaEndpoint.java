package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.endpoint.PostgresXaDescriptor.RecoveryDescriptor;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * What an operator can see and do: the nodes as last seen, branches in doubt, the end of one transaction, a recovery pass now.
 * Nothing here decides a transaction by hand.
 *
 * <p>Writing needs {@code management.endpoint.postgresxa.access=unrestricted}.
 */
@Endpoint(id = "postgresxa", defaultAccess = Access.READ_ONLY)
public class PostgresXaEndpoint {

    private final PostgresXa xa;

    /** @param xa the core */
    public PostgresXaEndpoint(PostgresXa xa) {
        this.xa = xa;
    }

    /** {@return what this application last saw} */
    @ReadOperation
    public PostgresXaDescriptor overview() {
        return PostgresXaDescriptor.of(xa.name(), xa.nodes(), xa.inDoubt(), xa.activeTransactions());
    }

    /**
     * Asks the nodes how a transaction ended. Asking decides nothing.
     *
     * @param transaction its id, as logs and {@code pgxa.decision} show it
     * @return what is known
     */
    @ReadOperation
    public OutcomeDescriptor outcome(@Selector String transaction) {
        return new OutcomeDescriptor(transaction, xa.outcome(id(transaction)));
    }

    /** {@return what one recovery pass over all nodes did, just now} */
    @WriteOperation
    public RecoveryDescriptor recover() {
        return RecoveryDescriptor.of(xa.recoverNow());
    }

    private static TransactionId id(String text) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(
                    "'%s' is not a transaction id".formatted(text),
                    "Expected 36 characters, as pgxa.decision shows them");
        }
    }
}
