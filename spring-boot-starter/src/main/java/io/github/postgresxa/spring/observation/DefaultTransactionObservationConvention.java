package io.github.postgresxa.spring.observation;

import io.github.postgresxa.spring.observation.PostgresXaObservationDocumentation.TransactionHighCardinality;
import io.github.postgresxa.spring.observation.PostgresXaObservationDocumentation.TransactionLowCardinality;
import io.micrometer.common.KeyValues;

/** Names transaction observations {@code postgres.xa.transaction}. */
public class DefaultTransactionObservationConvention implements TransactionObservationConvention {

    /** The name of transaction observations. */
    public static final String NAME = "postgres.xa.transaction";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(TransactionObservationContext context) {
        return KeyValues.of(TransactionLowCardinality.OUTCOME.withValue(Values.of(context.outcome())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(TransactionObservationContext context) {
        KeyValues values = KeyValues.of(
                TransactionHighCardinality.ID.withValue(context.transaction().toString()));
        String name = context.transactionName();
        if (name != null) {
            values = values.and(TransactionHighCardinality.NAME.withValue(name));
        }
        String home = context.home();
        if (home != null) {
            values = values.and(
                    TransactionHighCardinality.HOME.withValue(home),
                    TransactionHighCardinality.HOME_REASON.withValue(Values.of(context.homeReason())));
        }
        if (context.outcome() == null) {
            return values;
        }
        return values.and(
                TransactionHighCardinality.BRANCHES.withValue(Integer.toString(context.branches())),
                TransactionHighCardinality.PREPARED.withValue(Integer.toString(context.prepared())));
    }
}
