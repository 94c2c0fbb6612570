package io.github.postgresxa.reliability.mixed;

/**
 * How instances are run and killed.
 *
 * @param instances how many there are
 * @param keepsDirectory whether an instance finds its working directory again; otherwise it is deleted before each
 *     start
 * @param waitsForOthers whether a killed instance is started again only when nothing is left of what was prepared
 *     anywhere as it died, so that the others have to end it; otherwise it is started at once
 */
record MixedOptions(int instances, boolean keepsDirectory, boolean waitsForOthers) {

    /** {@return the options {@code -Dmixed.instances}, {@code mixed.directories} and {@code mixed.restart}} */
    static MixedOptions ofProperties() {
        return new MixedOptions(
                Integer.getInteger("mixed.instances", 4),
                System.getProperty("mixed.directories", "deleted").equals("kept"),
                System.getProperty("mixed.restart", "recovered").equals("recovered"));
    }

    /** {@return when and where a killed instance is started again} */
    String text() {
        return (waitsForOthers ? "when others have ended all that it left prepared" : "at once")
                + (keepsDirectory ? ", with its directory" : ", in an empty directory");
    }
}
