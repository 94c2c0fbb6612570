package io.github.postgresxa.node;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements of ours that are sent as one message. A statement whose answer is read has a name, and the name leads to
 * the answer in the {@link Reply}.
 */
public final class Burst {

    private static final int USUAL_LENGTH = 600;

    private final StringBuilder text = new StringBuilder(USUAL_LENGTH);
    private final List<Place> places = new ArrayList<>(2);
    private int statements;
    private @Nullable String made;

    /** Names a statement of a burst. */
    public interface Name {}

    private record Place(Name name, int statement) {}

    /**
     * Adds statements whose answers are not read.
     *
     * @param sql whole statements; a semicolon and a line break end each of them, except the last one of the burst
     * @return this burst
     */
    public Burst then(String sql) {
        text.append(sql);
        made = null;
        statements += count(sql);
        return this;
    }

    /**
     * Adds a statement.
     *
     * @param name its name, for {@link Reply#rows(Burst, Name)}
     * @param statement one statement, with a semicolon and a line break unless it is the last one of the burst
     * @return this burst
     */
    public Burst then(Name name, String statement) {
        if (count(statement) != 1) {
            throw new IllegalArgumentException("a name is for one statement: " + statement);
        }
        places.add(new Place(name, statements));
        return then(statement);
    }

    /**
     * Counts statements. In the SQL of a burst, no literal and no comment has a semicolon. That is checked here,
     * because an answer that is read for another one would be worse than none.
     */
    private static int count(String sql) {
        int count = 0;
        int begin = 0;
        for (int end = sql.indexOf(';'); end >= 0; end = sql.indexOf(';', begin)) {
            if (end + 1 >= sql.length() || sql.charAt(end + 1) != '\n') {
                throw new IllegalArgumentException("a semicolon ends a statement and its line: " + sql);
            }
            count++;
            begin = end + 2;
        }
        while (begin < sql.length() && Character.isWhitespace(sql.charAt(begin))) {
            begin++;
        }
        return begin == sql.length() ? count : count + 1;
    }

    /** {@return the text of the message} */
    public String text() {
        String known = made;
        if (known == null) {
            known = text.toString();
            made = known;
        }
        return known;
    }

    /**
     * Completes a burst that is the same each time but for its end. It is not changed.
     *
     * @param last the last statement, whose answer has no name
     * @return the text of the message
     */
    public String textWith(String last) {
        if (count(last) != 1) {
            throw new IllegalArgumentException("the end is one statement: " + last);
        }
        return text().concat(last);
    }

    /**
     * Whether the burst has a statement.
     *
     * @param name a name
     * @return whether a statement of this burst has it
     */
    public boolean has(Name name) {
        for (Place place : places) {
            if (place.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** {@return the number of a statement in the message, from 0} */
    int statement(Name name) {
        for (Place place : places) {
            if (place.name.equals(name)) {
                return place.statement;
            }
        }
        throw new IllegalArgumentException("no statement of the burst is named " + name);
    }
}
