package io.github.postgresxa.reliability.mixed;

/**
 * Where an instance is killed.
 *
 * @param step the name of a step, or {@value #ANY}
 * @param halts whether the thread waits at the step for the kill. Otherwise it goes on, and the kill comes a moment
 *     later, in the middle of what follows
 */
record CrashPoint(String step, boolean halts) {

    private static final String ANY = "any moment";

    static final CrashPoint ANY_MOMENT = new CrashPoint(ANY, false);
}
