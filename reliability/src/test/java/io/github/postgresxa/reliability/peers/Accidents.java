package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One accident each, on one stack. The result says what was reported to the application and what the servers contain
 * in the end.
 */
final class Accidents {

    private static final List<String> TWO = List.of("east", "west");
    private static final List<String> THREE = List.of("east", "north", "west");
    private static final String TRANSFER = "east-10 west+10";
    private static final Duration SETTLE = Duration.ofSeconds(40);
    private static final Duration FIRED = Duration.ofSeconds(30);
    private static final Pattern GID = Pattern.compile("'([^']+)'");

    /** Words of the logs about a branch that was finished by another party. */
    private static final List<String> WORDS = List.of(
            "The nodes do not agree",
            "already committed in resource?",
            "does not exist",
            "HeuristicMixed",
            "HEUR_HAZARD");

    private final PeerTestBed stage;

    Accidents(PeerTestBed stage) {
        this.stage = stage;
    }

    private static String told(String answer, String state) {
        return "told: " + answer + "; " + state;
    }

    String swallowedFailure() {
        try (PeerProcess application = stage.start("swallow", TWO)) {
            return told(application.run(TRANSFER + " !west-5000"), stage.state(TRANSFER));
        }
    }

    String readerThroughAReadOnlyDataSource() {
        try (PeerProcess application = stage.start("reader", TWO, "-Dpeers.url.west=&readOnly=true")) {
            String answer = application.run("east-10 west?");
            long left = stage.prepared("west");
            boolean settled = stage.settles(Duration.ofSeconds(25), "west");
            return told(
                    answer,
                    left == 0
                            ? "nothing left prepared"
                            : "**%d left prepared** with its locks%s"
                                    .formatted(left, settled ? ", gone within 25 s" : ", still after 25 s"));
        }
    }

    String writeThroughAReadOnlyDataSource() {
        try (PeerProcess application = stage.start("writer", TWO, "-Dpeers.url.west=&readOnly=true")) {
            String answer = application.run(TRANSFER);
            stage.settles(Duration.ofSeconds(25), "east", "west");
            return told(answer, stage.state(TRANSFER));
        }
    }

    String backendKilledBeforeCommitPrepared() {
        try (PeerProcess application = stage.start("backend", TWO)) {
            Fault fault = stage.plan()
                    .at(MessageKind.COMMIT_PREPARED)
                    .call(
                            Position.BEFORE_FORWARDING,
                            m -> stage.node(m.node())
                                    .queryForLong("select count(pg_terminate_backend(?, 5000))", m.backend()));
            String answer = application.run(TRANSFER);
            stage.settles(SETTLE, "east", "west");
            return told(answer, stage.state(TRANSFER)) + struck(fault);
        }
    }

    String backendKilledBetweenThePhases() {
        try (PeerProcess application = stage.start("phases", TWO)) {
            Fault fault = stage.plan()
                    .at(MessageKind.PREPARE.on("west"))
                    .call(
                            Position.AFTER_REPLY,
                            m -> stage.node(m.node())
                                    .queryForLong("select count(pg_terminate_backend(?, 5000))", m.backend()));
            String answer = application.run(TRANSFER);
            stage.settles(SETTLE, "east", "west");
            return told(answer, stage.state(TRANSFER)) + struck(fault);
        }
    }

    /** The application rolls back, as every framework does, and continues. */
    String errorInTheDriver(String breakAt) {
        try (PeerProcess application = stage.start("error", TWO, "-D" + PeerMain.BREAKS + "=true")) {
            String answer = application.run("east-10 " + breakAt + " west+10");
            int done = 0;
            for (int i = 0; i < 3; i++) {
                done += application.run("east-1 west+1").equals("done") ? 1 : 0;
            }
            stage.settles(SETTLE, "east", "west");
            String wanted = "east-%1$d west+%1$d".formatted((answer.startsWith("done") ? 10 : 0) + done);
            return "told: %s; of 3 transfers after it %d done; %s".formatted(answer, done, stage.state(wanted));
        }
    }

    String rolledBackByHand() {
        try (PeerProcess application = stage.start("byhand", TWO)) {
            Fault fault = stage.plan()
                    .at(MessageKind.COMMIT_PREPARED)
                    .call(
                            Position.BEFORE_FORWARDING,
                            m -> stage.node(m.node()).execute("rollback prepared '" + gid(m) + "'"));
            String answer = application.run(TRANSFER);
            List<String> words = application.words(WORDS, Duration.ofSeconds(15));
            return told(answer, stage.state(TRANSFER))
                    + (words.isEmpty() ? "; no word of it in the log" : "; in the log: " + words)
                    + struck(fault);
        }
    }

    private static String gid(WireMessage message) {
        Matcher matcher = GID.matcher(message.sql());
        if (!matcher.find()) {
            throw new IllegalStateException("no gid in " + message);
        }
        return matcher.group(1);
    }

    private static String struck(Fault fault) {
        return fault.hasFired() ? "" : " (the accident did not happen)";
    }

    /** The application is killed after its decision; one node stays down while it is restarted. */
    String oneNodeDown(String transaction, String down) throws Exception {
        killed(transaction, 1);
        stage.node(down).kill();
        String[] others = THREE.stream().filter(n -> !n.equals(down)).toArray(String[]::new);
        long before = stage.prepared(others);
        try (PeerProcess again = stage.start("down", THREE)) {
            again.mustRun();
            boolean healthy = stage.settles(Duration.ofSeconds(20), others);
            String first = before == 0
                    ? "nothing was left on the healthy nodes"
                    : healthy ? "healthy nodes settled at once" : "**healthy nodes wait** (20 s watched)";
            stage.node(down).start();
            stage.settles(SETTLE, "east", "north", "west");
            return first + "; after it is back: " + stage.state(transaction);
        }
    }

    private void killed(String transaction, int commitPrepared) throws Exception {
        try (PeerProcess application = stage.start("down", THREE)) {
            kill(application, transaction, commitPrepared);
        }
    }

    private void kill(PeerProcess application, String transaction, int commitPrepared) throws Exception {
        FaultPoint at = stage.plan().at(MessageKind.COMMIT_PREPARED).nth(commitPrepared);
        Fault fault = at.call(Position.BEFORE_FORWARDING, application::kill);
        at.loseRequest();
        application.ask(transaction);
        fault.awaitFired(FIRED);
    }

    /** Two applications whose names begin alike; one of them is at work when the other starts. */
    String nameThatBeginsLikeAnother() throws Exception {
        try (PeerProcess ten = stage.start("app-10", TWO)) {
            Fault late = stage.plan().at(MessageKind.COMMIT_PREPARED.on("west")).hold();
            ten.ask(TRANSFER);
            late.awaitFired(FIRED);
            try (PeerProcess one = stage.startDirectly("app-1", TWO, "-Dpeers.max_timeout=2000")) {
                one.mustRun();
                boolean touched = stage.settles(Duration.ofSeconds(7), "west");
                late.release();
                String answer = ten.told(Duration.ofSeconds(40));
                stage.settles(SETTLE, "east", "west");
                return told(answer, stage.state(TRANSFER))
                        + (touched ? "; the other application finished the branch" : "; left to its application");
            }
        }
    }

    /** A node is away for longer than the manager keeps its records, and the application is restarted meanwhile. */
    String awayForLongerThanTheLogIsKept() throws Exception {
        PostgresNode west = stage.node("west");
        String answer;
        try (PeerProcess application = stage.start("away", TWO, "-Dpeers.forget=3000")) {
            Fault fault = stage.plan()
                    .at(MessageKind.COMMIT_PREPARED.on("west"))
                    .call(Position.BEFORE_FORWARDING, west::kill);
            answer = application.run(TRANSFER);
            fault.awaitFired(FIRED);
            TimeUnit.SECONDS.sleep(16); // how long it is away
        }
        try (PeerProcess again = stage.start("away", TWO, "-Dpeers.forget=3000")) {
            again.mustRun();
            TimeUnit.SECONDS.sleep(3);
            west.start();
            stage.settles(SETTLE, "east", "west");
            return told(answer, stage.state(TRANSFER));
        }
    }

    /** The application is killed between two COMMIT PREPARED, and its disk is lost. */
    String logLost() throws Exception {
        String transaction = "east-20 north+10 west+10";
        try (PeerProcess application = stage.start("log", THREE)) {
            kill(application, transaction, 2);
        }
        stage.loseLog("log");
        try (PeerProcess again = stage.start("log", THREE)) {
            again.mustRun();
            stage.settles(Duration.ofSeconds(60), "east", "north", "west");
            return stage.state(transaction);
        }
    }
}
