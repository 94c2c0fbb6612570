package io.github.postgresxa.commit;

import io.github.postgresxa.PostgresXa;

class AtomikosTimeoutIT extends TimeoutFigures {

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        return builder;
    }

    @Override
    void shutDown() {}

    @Override
    boolean takesOurDefault() {
        return true;
    }
}
