package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.core.TransactionState;

/**
 * Checks each session that a pool of this JVM hands out: it is in step with its server and in no transaction. Ends
 * when closed.
 */
public final class SessionInspection implements AutoCloseable {

    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    /** Begins at once. */
    public SessionInspection() {
        NodePool.inspection = this::inspect;
    }

    /** The server's answer contains its transaction state, whatever the driver believed before. */
    private void inspect(Session session) {
        String question = "question " + asked.incrementAndGet();
        Reply reply = session.wire().send("select '" + question + "'");
        if (reply.gone()) {
            // The pool has to notice that by itself.
            return;
        }
        if (!reply.says(question) || reply.state() != TransactionState.IDLE) {
            problems.add("%s was handed out and answered %s to %s".formatted(session, reply, question));
        }
    }

    @Override
    public void close() {
        NodePool.inspection = session -> {};
        assertThat(problems).as("sessions that were not in order").isEmpty();
        assertThat(asked).as("sessions that were asked").hasPositiveValue();
    }
}
