package io.github.postgresxa.samples.bank.show;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A slow page loses the steps that it cannot take, and nothing else. */
class StepBufferTests {

    private final StepBuffer feed = new StepBuffer();

    @Test
    void keepsTheLastStepsInTheirOrder() {
        for (int i = 0; i < 5_000; i++) {
            feed.add(step(i));
        }

        var steps = feed.drain();

        assertThat(steps).hasSize(2_000).startsWith(step(3_000)).endsWith(step(4_999));
        assertThat(feed.drain()).isEmpty();
    }

    private static Step step(int number) {
        return new Step("began", "transaction " + number, TransactionFeed.BANK, null, null, null, true);
    }
}
