package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Walks the causes of a failure. Applications can create circular chains, so every walk is limited. */
public final class Causes {

    /** A longer chain is circular. */
    private static final int LIMIT = 100;

    private Causes() {}

    /** {@return a failure and its causes, the failure first} */
    public static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LIMIT);
    }

    /** {@return a failure, its causes, and the failures that are chained to it} */
    public static Stream<Throwable> withNext(SQLException failure) {
        return StreamSupport.stream(failure.spliterator(), false).limit(LIMIT);
    }
}
