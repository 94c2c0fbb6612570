package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.RefusedException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** What the endpoint shows and does, by the application's mode. */
interface EndpointView {

    /** {@return what the application last saw} */
    OperationResponseBody overview();

    /** {@return what the nodes show of a transaction now} */
    OperationResponseBody explain(String what);

    /** {@return what an operator can see and do} */
    Operations operations();

    /**
     * Runs one recovery pass.
     *
     * @throws RefusedException if the application only observes its nodes
     */
    RecoveryReport recover();

    /**
     * Checks whether orders are carried out at all.
     *
     * @param order the order, in a word
     * @throws RefusedException if the application only observes its nodes
     */
    void checkOrders(String order);
}
