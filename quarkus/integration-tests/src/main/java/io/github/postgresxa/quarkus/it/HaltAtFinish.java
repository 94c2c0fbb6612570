package io.github.postgresxa.quarkus.it;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the process when a transaction is decided and its branches are not yet finished. */
@ApplicationScoped
public class HaltAtFinish implements PostgresXaCustomizer, XaListener {

    static final AtomicBoolean HALT = new AtomicBoolean();

    @Override
    public void customize(PostgresXa.Builder builder) {
        builder.listener(this);
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        if (step == CommitStep.FINISH && HALT.get()) {
            Runtime.getRuntime().halt(1);
        }
    }
}
