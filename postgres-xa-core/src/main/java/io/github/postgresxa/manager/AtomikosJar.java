package io.github.postgresxa.manager;

import io.github.postgresxa.InvalidConfigurationException;
import jakarta.transaction.TransactionManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the Atomikos jar on the class path. Two jars have the same name and version; the one without the classifier
 * {@code jakarta} contains the same classes compiled for {@code javax.transaction}, which cannot be used here.
 */
public final class AtomikosJar {

    private static final String MANAGER = "com.atomikos.icatch.jta.UserTransactionManager";

    /** One class of each jar that it depends on. */
    private static final List<String> PARTS = List.of(
            "com.atomikos.icatch.config.Configuration",
            "com.atomikos.icatch.imp.TransactionServiceImp",
            "com.atomikos.logging.LoggerFactory");

    private static final String DEPENDENCY = """

            <dependency>
              <groupId>com.atomikos</groupId>
              <artifactId>transactions-jta</artifactId>
              <version>6.0.0</version>
              <classifier>jakarta</classifier>
            </dependency>
            or, with Gradle, com.atomikos:transactions-jta:6.0.0:jakarta""";

    private AtomikosJar() {}

    /**
     * Refuses to start without a usable Atomikos.
     *
     * @throws InvalidConfigurationException if Atomikos is missing, incomplete, or the one for
     *     {@code javax.transaction}
     */
    public static void check() {
        ClassLoader loader = AtomikosJar.class.getClassLoader();
        try {
            Class<?> manager = Class.forName(MANAGER, false, loader);
            if (!TransactionManager.class.isAssignableFrom(manager)) {
                throw otherNamespace(loader, "it is no jakarta.transaction.TransactionManager", null);
            }
            refuseHalf(loader);
        } catch (ClassNotFoundException e) {
            throw refusal(
                    "There is no JTA transaction manager: Atomikos is not on the class path, and no other manager is"
                            + " given (PostgresXa.builder().transactionManager, or in Spring a bean of type"
                            + " jakarta.transaction.TransactionManager).",
                    "Add Narayana (docs/managers.md has the lines), or Atomikos, with its classifier:" + DEPENDENCY,
                    e);
        } catch (LinkageError e) {
            throw otherNamespace(loader, "missing: " + e.getMessage(), e);
        }
    }

    /** The jar depends on these. Atomikos itself notices late, and only says that something is missing. */
    private static void refuseHalf(ClassLoader loader) {
        for (String type : PARTS) {
            try {
                Class.forName(type, false, loader);
            } catch (ClassNotFoundException e) {
                NoClassDefFoundError missing = new NoClassDefFoundError(type);
                missing.initCause(e);
                throw incomplete(missing);
            }
        }
    }

    /**
     * Explains why an Atomikos that is there could not be started.
     *
     * @param problem what did not fit
     * @return the refusal
     */
    static InvalidConfigurationException incomplete(LinkageError problem) {
        return refusal(
                "The Atomikos at %s cannot be started: its jars are not complete, or of different versions (%s)."
                        .formatted(location(AtomikosJar.class.getClassLoader()), problem),
                "Let this dependency bring all of it, exclude nothing from it, and keep other versions of Atomikos"
                        + " away:" + DEPENDENCY,
                problem);
    }

    private static InvalidConfigurationException otherNamespace(
            ClassLoader loader, String symptom, @Nullable LinkageError problem) {
        return refusal(
                "The Atomikos jar at %s is the one for javax.transaction and cannot be used here (%s)."
                        .formatted(location(loader), symptom),
                "Exclude com.atomikos:transactions-jta without a classifier from the dependency that brings it, and"
                        + " keep the one with the classifier jakarta:" + DEPENDENCY,
                problem);
    }

    private static InvalidConfigurationException refusal(String problem, String action, @Nullable Throwable cause) {
        InvalidConfigurationException refusal = new InvalidConfigurationException(problem, action);
        refusal.initCause(cause);
        return refusal;
    }

    private static String location(ClassLoader loader) {
        return String.valueOf(loader.getResource(MANAGER.replace('.', '/') + ".class"));
    }
}
