package io.github.postgresxa.reliability.mixed;

import java.time.Duration;

/**
 * How instances are run and killed.
 *
 * @param instances how many there are
 * @param directoriesSurvive whether an instance finds its working directory again; otherwise it is deleted before each
 *     start
 * @param othersRecover whether a killed instance is started again only when nothing is left of what was prepared
 *     anywhere as it died, so that the others have to recover it; otherwise it is started at once
 * @param timeout of transactions
 */
record MixedOptions(int instances, boolean directoriesSurvive, boolean othersRecover, Duration timeout) {

    /** {@return the options {@code -Dmixed.instances}, {@code mixed.directories} and {@code mixed.recovery}} */
    static MixedOptions ofProperties() {
        return new MixedOptions(
                Integer.getInteger("mixed.instances", 3),
                !System.getProperty("mixed.directories", "survive").equals("vanish"),
                System.getProperty("mixed.recovery", "own").equals("others"),
                Duration.ofSeconds(8));
    }

    /** {@return the name of the page of figures with these options} */
    String page() {
        return directoriesSurvive ? "mixed" : "mixed-without-directories";
    }

    /** {@return how a killed instance is started again} */
    String text() {
        return (directoriesSurvive ? "with its directory" : "in an empty directory")
                + (othersRecover ? ", after the others have recovered what it left" : ", at once");
    }
}
