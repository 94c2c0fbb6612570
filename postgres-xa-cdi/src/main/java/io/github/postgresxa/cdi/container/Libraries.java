package io.github.postgresxa.cdi.container;

/**
 * Which optional libraries the application sees. A class that uses one of them must not answer that itself: to ask it
 * is to verify it, and that fails where the library is missing.
 */
final class Libraries {

    private Libraries() {}

    /** {@return whether MicroProfile Health is there} */
    static boolean haveHealth() {
        return isThere("org.eclipse.microprofile.health.HealthCheck");
    }

    /** {@return whether Micrometer is there} */
    static boolean haveMicrometer() {
        return isThere("io.micrometer.core.instrument.MeterRegistry");
    }

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, Libraries.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError notThere) {
            return false;
        }
    }
}
