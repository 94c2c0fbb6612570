package io.github.postgresxa.simulation;

import io.github.postgresxa.node.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A burst on its way: statements that run one after the other, and at last a reply. */
final class Message {

    final Backend backend;
    final String sql;
    final String[] statements;
    final List<String> tags = new ArrayList<>();
    final List<Reply.Result> results = new ArrayList<>();
    int next;

    /** What the present statement has read before it had to wait. */
    @Nullable
    Object firstRead;

    List<String> found = List.of();

    /** The network holds it back until this step. */
    int heldUntil;

    /** No client waits for the reply any more. */
    boolean abandoned;

    /** The reply will not come back. */
    boolean silenced;

    @Nullable
    Reply reply;

    Message(Backend backend, String sql) {
        this.backend = backend;
        this.sql = sql;
        this.statements = split(sql);
    }

    /**
     * Like {@code split(";\\s*")}, whose regular expression takes a tenth of a schedule's time. A statement that waits
     * is looked at again and again, so the name of the catalog goes here.
     */
    private static String[] split(String sql) {
        List<String> statements = new ArrayList<>();
        int start = 0;
        while (start < sql.length()) {
            int end = sql.indexOf(';', start);
            if (end < 0) {
                end = sql.length();
            }
            statements.add(sql.substring(start, end).strip().replace("pg_catalog.", ""));
            start = end + 1;
            while (start < sql.length() && Character.isWhitespace(sql.charAt(start))) {
                start++;
            }
        }
        return statements.toArray(String[]::new);
    }

    @Override
    public String toString() {
        String text = next < statements.length ? statements[next].replaceAll("\\s+", " ") : "end";
        return "%s [%d/%d] %s%s"
                .formatted(backend.server, next, statements.length, text, reply == null ? "" : " answered " + answer());
    }

    private String answer() {
        Reply answered = reply;
        return answered == null ? "" : answered.tags() + " " + answered.sqlState() + (answered.gone() ? " gone" : "");
    }
}
