package io.github.postgresxa.reliability.load;

import java.io.PrintStream;

/** What an application process says to the test, line by line; it is outside of the process before the next step is taken. */
public final class Journal {

    private final PrintStream out;

    /** @param out where it goes */
    public Journal(PrintStream out) {
        this.out = out;
    }

    /** Writes one line: a word that says what happened, and what belongs to it. */
    public synchronized void note(String word, Object... more) {
        StringBuilder line = new StringBuilder(word);
        for (Object o : more) {
            line.append(' ').append(String.valueOf(o).replaceAll("\\s+", " "));
        }
        out.print(line.append('\n'));
        out.flush();
    }
}
