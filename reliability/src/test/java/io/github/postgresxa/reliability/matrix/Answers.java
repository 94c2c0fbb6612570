package io.github.postgresxa.reliability.matrix;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one process reports about one transfer. */
final class Answers {

    private final ApplicationProcess process;
    private @Nullable UUID id;
    private @Nullable ReportedOutcome told;
    private String why = "no answer";

    Answers(ApplicationProcess process) {
        this.process = process;
    }

    /** {@return the reply to the caller; null if there is none yet} */
    @Nullable
    ReportedOutcome told(Duration limit) throws InterruptedException {
        if (told != null) {
            Await.pause();
            return told;
        }
        String answer = process.answer(limit);
        if (answer == null) {
            return null;
        }
        if (ApplicationProcess.isGone(answer)) {
            told = ReportedOutcome.NOTHING;
            why = "it died";
        } else if (answer.startsWith("id ")) {
            id = UUID.fromString(answer.substring("id ".length()));
        } else {
            String[] words = answer.split(" ", 3);
            told = ReportedOutcome.valueOf(words[1]);
            why = told + ": " + words[2];
        }
        return told;
    }

    @Nullable
    ReportedOutcome told() {
        return told;
    }

    /** {@return the transaction's id; null if it was not reported, so no decision was sent} */
    @Nullable
    UUID id() {
        return id;
    }

    String why() {
        return why;
    }
}
