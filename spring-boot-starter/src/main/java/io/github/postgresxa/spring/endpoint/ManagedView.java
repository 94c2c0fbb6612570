package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Operations;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** The nodes of an application that manages transactions over them. */
final class ManagedView implements EndpointView {

    private final PostgresXa xa;
    private final RecentRecoveries recoveries;

    ManagedView(PostgresXa xa, RecentRecoveries recoveries) {
        this.xa = xa;
        this.recoveries = recoveries;
    }

    @Override
    public OperationResponseBody overview() {
        return PostgresXaDescriptor.of(xa, recoveries.list());
    }

    @Override
    public OperationResponseBody explain(String what) {
        TransactionId id = id(what);
        return TransactionDescriptor.of(xa.outcome(id), xa.operations().explain(id));
    }

    @Override
    public Operations operations() {
        return xa.operations();
    }

    @Override
    public RecoveryReport recover() {
        return xa.recoverNow();
    }

    @Override
    public void checkOrders(String order) {
        // Each is checked by itself.
    }

    private static TransactionId id(String text) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(
                    ("'%s' is not a transaction id, which has 36 characters, as pgxa.decision shows it; nor doctor, nor"
                                    + " prepared.")
                            .formatted(text),
                    "no transaction id");
        }
    }
}
