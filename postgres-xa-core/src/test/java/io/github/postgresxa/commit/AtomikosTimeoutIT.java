package io.github.postgresxa.commit;

import io.github.postgresxa.PostgresXa;

/** The embedded Atomikos. */
class AtomikosTimeoutIT extends TimeoutFigures {

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        return builder;
    }

    @Override
    boolean takesOurDefault() {
        return true;
    }
}
