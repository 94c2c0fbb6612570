package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.PreparedExplanation;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** Nodes whose transactions another manager runs. Everything is shown, and nothing done. */
final class ObservedView implements EndpointView {

    private final Observer observer;

    ObservedView(Observer observer) {
        this.observer = observer;
    }

    @Override
    public OperationResponseBody overview() {
        return ObserverDescriptor.of(observer);
    }

    @Override
    public OperationResponseBody explain(String what) {
        PreparedExplanation found = observer.operations().explain(what);
        if (found.transaction().branches().isEmpty() && found.unreachable().isEmpty()) {
            throw new InvalidEndpointRequestException(
                    ("'%s' is neither the id of a prepared transaction nor the name of a branch: nothing is prepared"
                                    + " under it any more. It is not doctor either, nor prepared.")
                            .formatted(what),
                    "nothing prepared");
        }
        return ObservedTransactionDescriptor.of(found);
    }

    @Override
    public Operations operations() {
        return observer.operations();
    }

    @Override
    public RecoveryReport recover() {
        checkOrders("recover");
        throw new IllegalStateException("an observer recovers nothing");
    }

    @Override
    public void checkOrders(String order) {
        observer.operations().requireManaging(order);
    }
}
