package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.github.postgresxa.InvalidConfigurationException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars of Agroal on the class path. A platform's BOM, such as that of Quarkus, sets their versions without asking,
 * and what does not fit would be seen at the first use of a node.
 */
final class AgroalJars {

    /** That of Quarkus' BOM, with which the tests of the extension run. */
    private static final String OLDEST = "3.0.1";

    private static final String POOL = "io.agroal.pool.DataSource";

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?.*");

    private AgroalJars() {}

    /**
     * Refuses to start with jars that do not fit.
     *
     * @throws InvalidConfigurationException if one is missing or too old, or if they are of different versions
     */
    static void check() {
        Class<?> api = AgroalDataSource.class;
        Class<?> pool;
        try {
            pool = Class.forName(POOL, false, api.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw refusal("The jar io.agroal:agroal-pool, the connection pool, is not on the class path.");
        }
        problem(version(api), version(pool)).ifPresent(problem -> {
            throw problem;
        });
    }

    private static @Nullable String version(Class<?> type) {
        Package of = type.getPackage();
        return of == null ? null : of.getImplementationVersion();
    }

    /**
     * Compares versions.
     *
     * @param api that of agroal-api; null if it is not known, as in a native image
     * @param pool that of agroal-pool
     * @return what does not fit
     */
    static Optional<InvalidConfigurationException> problem(@Nullable String api, @Nullable String pool) {
        for (String version : Stream.of(api, pool).flatMap(Stream::ofNullable).toList()) {
            if (number(version) < number(OLDEST)) {
                return Optional.of(refusal("The connection pool on the class path, Agroal %s, is too old. %s is needed."
                        .formatted(version, OLDEST)));
            }
        }
        return api == null || pool == null || number(api) == number(pool)
                ? Optional.empty()
                : Optional.of(refusal("The connection pool's jars on the class path are of different versions:"
                        + " agroal-api %s and agroal-pool %s.".formatted(api, pool)));
    }

    private static long number(String version) {
        Matcher parts = NUMBERS.matcher(version);
        if (!parts.matches()) {
            return Long.MAX_VALUE; // It is not one of Agroal's own.
        }
        long number = 0;
        for (int part = 1; part <= 3; part++) {
            String digits = parts.group(part);
            number = number * 10_000 + (digits == null ? 0 : Math.min(Long.parseLong(digits), 9_999));
        }
        return number;
    }

    private static InvalidConfigurationException refusal(String problem) {
        return new InvalidConfigurationException(
                problem,
                ("Something sets their versions, perhaps a BOM. In dependencyManagement, set io.agroal:agroal-api and"
                                + " io.agroal:agroal-pool to the same version, %s or newer, before that BOM.")
                        .formatted(OLDEST));
    }

    /**
     * Lets a node that gives no connection fail at once: the caller may hold locks on other nodes. An Agroal that
     * cannot be told so (before 3.1) tries once more after a second.
     *
     * @param pool the pool's configuration
     * @return the same
     */
    static AgroalConnectionPoolConfigurationSupplier failAtOnce(AgroalConnectionPoolConfigurationSupplier pool) {
        try {
            return pool.establishmentRetryAttempts(0);
        } catch (NoSuchMethodError older) {
            return pool;
        }
    }
}
