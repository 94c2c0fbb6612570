package io.github.postgresxa.reliability.load;

import java.io.PrintStream;

/**
 * The events of an application process, written line by line for the test. A line has left the process before the
 * next step is taken.
 */
public final class Journal {

    private final PrintStream out;

    /**
     * Creates a journal.
     *
     * @param out where the lines go
     */
    public Journal(PrintStream out) {
        this.out = out;
    }

    /** Writes one line: a word for the event, and its details. */
    public synchronized void note(String word, Object... more) {
        StringBuilder line = new StringBuilder(word);
        for (Object o : more) {
            line.append(' ').append(String.valueOf(o).replaceAll("\\s+", " "));
        }
        out.print(line.append('\n'));
        out.flush();
    }
}
