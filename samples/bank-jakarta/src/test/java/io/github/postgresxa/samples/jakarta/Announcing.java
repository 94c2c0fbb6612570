package io.github.postgresxa.samples.jakarta;

import io.github.postgresxa.samples.jakarta.Client.Probed;
import io.github.postgresxa.samples.jakarta.server.Broker;
import io.github.postgresxa.samples.jakarta.server.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Transfers that are announced in the broker of the server. */
final class Announcing {

    private final Deployment bank;
    private final Broker broker;

    Announcing(Deployment bank) {
        this.bank = bank;
        this.broker = bank.server().broker();
    }

    Probed transfer(UUID id, String from, String to, long amount, boolean refuse) throws IOException {
        return bank.client()
                .probe(
                        "announcements",
                        Map.of(
                                "factory", broker.factory(),
                                "queue", broker.queue(),
                                "id", id,
                                "from", from,
                                "to", to,
                                "amount", amount,
                                "refuse", refuse));
    }

    /** The ids in the queue. */
    List<String> announced() throws IOException {
        return get("announcements" + Client.query(Map.of("factory", broker.factory(), "queue", broker.queue())))
                .lines()
                .toList();
    }

    /** How many transactions are prepared at the broker. */
    int prepared() throws IOException {
        return Integer.parseInt(get("announcements/prepared"
                + Client.query(Map.of("mbean", broker.mbean(), "operation", broker.operation()))));
    }

    void awaitNothingPrepared(Duration limit) {
        Wait.atMost(
                limit,
                () -> {
                    try {
                        return prepared() == 0;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> "still prepared at the broker");
    }

    private String get(String path) throws IOException {
        var answer = bank.client().get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer + " " + answer.body());
        }
        return answer.body();
    }
}
