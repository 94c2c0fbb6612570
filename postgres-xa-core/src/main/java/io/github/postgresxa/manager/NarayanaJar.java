package io.github.postgresxa.manager;

import io.github.postgresxa.InvalidConfigurationException;
import jakarta.transaction.TransactionManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the Narayana jars on the class path. One jar has all of it, but needs two more, and its own list of
 * dependencies names one of these and many that are not needed here.
 */
public final class NarayanaJar {

    private static final String MANAGER = "com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple";

    /** One class of each jar that it needs. */
    private static final List<String> PARTS =
            List.of("com.arjuna.ats.arjuna.AtomicAction", "org.jboss.tm.LastResource", "org.jboss.logging.Logger");

    private static final String DEPENDENCIES = """

            <dependency>
              <groupId>org.jboss.narayana.jta</groupId>
              <artifactId>narayana-jta</artifactId>
              <version>7.3.4.Final</version>
              <exclusions>
                <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
              </exclusions>
            </dependency>
            <dependency>
              <groupId>org.jboss</groupId>
              <artifactId>jboss-transaction-spi</artifactId>
              <version>8.0.0.Final</version>
              <exclusions>
                <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
              </exclusions>
            </dependency>
            <dependency>
              <groupId>org.jboss.logging</groupId>
              <artifactId>jboss-logging</artifactId>
              <version>3.6.3.Final</version>
            </dependency>
            or, with Gradle, org.jboss.narayana.jta:narayana-jta:7.3.4.Final and
            org.jboss:jboss-transaction-spi:8.0.0.Final, both with transitive = false, and
            org.jboss.logging:jboss-logging:3.6.3.Final""";

    private NarayanaJar() {}

    /** {@return whether Narayana is on the class path, complete or not} */
    static boolean isThere() {
        return NarayanaJar.class.getClassLoader().getResource(MANAGER.replace('.', '/') + ".class") != null;
    }

    /**
     * Refuses to start without a usable Narayana.
     *
     * @throws InvalidConfigurationException if Narayana is missing, incomplete, or older than Jakarta
     */
    public static void check() {
        ClassLoader loader = NarayanaJar.class.getClassLoader();
        if (!isThere()) {
            throw refusal(
                    "Narayana is to be the transaction manager, but it is not on the class path.",
                    "Add it, or set postgres.xa.transaction-manager (PostgresXa.builder().transactionManager) to"
                            + " atomikos or auto:" + DEPENDENCIES,
                    null);
        }
        for (String part : PARTS) {
            load(part, loader);
        }
        if (!TransactionManager.class.isAssignableFrom(load(MANAGER, loader))) {
            throw refusal(
                    "The Narayana at %s is one for javax.transaction and cannot be used here.".formatted(location()),
                    "Use this one:" + DEPENDENCIES,
                    null);
        }
    }

    private static Class<?> load(String type, ClassLoader loader) {
        try {
            return Class.forName(type, false, loader);
        } catch (ClassNotFoundException e) {
            NoClassDefFoundError missing = new NoClassDefFoundError(type);
            missing.initCause(e);
            throw incomplete(missing);
        } catch (LinkageError e) {
            throw incomplete(e);
        }
    }

    /**
     * Explains why a Narayana that is there could not be started.
     *
     * @param problem what did not fit
     * @return the refusal
     */
    static InvalidConfigurationException incomplete(LinkageError problem) {
        return refusal(
                "The Narayana at %s cannot be started: its jars are not complete, or of different versions (%s)."
                        .formatted(location(), problem),
                "Add all three of these, and keep other versions of Narayana away. Or, with Atomikos on the class path,"
                        + " set postgres.xa.transaction-manager=atomikos." + DEPENDENCIES,
                problem);
    }

    private static InvalidConfigurationException refusal(String problem, String action, @Nullable Throwable cause) {
        InvalidConfigurationException refusal = new InvalidConfigurationException(problem, action);
        refusal.initCause(cause);
        return refusal;
    }

    private static String location() {
        return String.valueOf(NarayanaJar.class.getClassLoader().getResource(MANAGER.replace('.', '/') + ".class"));
    }
}
