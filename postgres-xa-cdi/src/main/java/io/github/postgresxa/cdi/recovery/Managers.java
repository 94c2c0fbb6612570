package io.github.postgresxa.cdi.recovery;

import jakarta.transaction.TransactionManager;
import java.util.stream.Stream;

/** Tells kinds of managers from each other, by the names of their classes: none of them may be loaded for that. */
final class Managers {

    private Managers() {}

    static boolean isNarayana(TransactionManager manager) {
        return isOf(manager, "com.arjuna.", "org.wildfly.transaction.", "io.quarkus.narayana.");
    }

    /** {@return whether it is the Narayana of a server, whose recovery runs} */
    static boolean isWildFly(TransactionManager manager) {
        return isOf(manager, "com.arjuna.ats.jbossatx.", "org.wildfly.transaction.");
    }

    static boolean isLiberty(TransactionManager manager) {
        return isOf(manager, "com.ibm.tx.", "com.ibm.ws.", "io.openliberty.");
    }

    static boolean isPayara(TransactionManager manager) {
        return isOf(manager, "com.sun.enterprise.", "com.sun.jts.", "fish.payara.", "org.glassfish.");
    }

    private static boolean isOf(TransactionManager manager, String... packages) {
        for (Class<?> type = manager.getClass(); type != null; type = type.getSuperclass()) {
            if (Stream.of(packages).anyMatch(type.getName()::startsWith)) {
                return true;
            }
        }
        return false;
    }
}
