package io.github.postgresxa.spring.diagnostics;

import io.github.postgresxa.InvalidConfigurationException;
import jakarta.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks the Atomikos jar on the class path. Two jars have the same name and version; the one without the classifier
 * {@code jakarta} contains the same classes compiled for {@code javax.transaction}, which cannot be used here.
 * Conditions on classes would skip the auto-configuration without a message.
 */
public final class AtomikosJar {

    private static final String MANAGER = "com.atomikos.icatch.jta.UserTransactionManager";

    private static final String DEPENDENCY = """

            <dependency>
              <groupId>com.atomikos</groupId>
              <artifactId>transactions-jta</artifactId>
              <version>6.0.0</version>
              <classifier>jakarta</classifier>
            </dependency>""";

    private AtomikosJar() {}

    /**
     * Refuses to start without a usable Atomikos.
     *
     * @param classLoader finds Atomikos; null for the class loader of this class
     * @throws InvalidConfigurationException if Atomikos is missing or is the one for {@code javax.transaction}
     */
    public static void check(@Nullable ClassLoader classLoader) {
        ClassLoader loader = classLoader != null ? classLoader : AtomikosJar.class.getClassLoader();
        try {
            Class<?> manager = Class.forName(MANAGER, false, loader);
            if (!TransactionManager.class.isAssignableFrom(manager)) {
                throw otherNamespace(loader, "it is no jakarta.transaction.TransactionManager");
            }
        } catch (ClassNotFoundException e) {
            throw new InvalidConfigurationException(
                    "There is no JTA transaction manager: Atomikos is not on the class path, and the application"
                            + " defines no bean of type jakarta.transaction.TransactionManager.",
                    "Add Atomikos:" + DEPENDENCY);
        } catch (NoClassDefFoundError e) {
            throw otherNamespace(loader, "missing: " + e.getMessage());
        }
    }

    private static InvalidConfigurationException otherNamespace(ClassLoader loader, String symptom) {
        return new InvalidConfigurationException(
                "The Atomikos jar at %s is the one for javax.transaction and cannot be used here (%s)."
                        .formatted(location(loader), symptom),
                "Exclude com.atomikos:transactions-jta without a classifier from the dependency that brings it, and"
                        + " keep the one with the classifier jakarta:" + DEPENDENCY);
    }

    private static String location(ClassLoader loader) {
        return String.valueOf(loader.getResource(MANAGER.replace('.', '/') + ".class"));
    }
}
