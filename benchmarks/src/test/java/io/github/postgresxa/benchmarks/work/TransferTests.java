package io.github.postgresxa.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferTests {

    @Test
    void whatIsTakenFromOneNodeIsGivenToTheOthers() {
        Transfer transfer = new Transfer(new Mix(1, 5, 10, false), 7);
        for (int i = 0; i < 100; i++) {
            transfer.next();
            assertThat(IntStream.range(0, transfer.nodes())
                            .mapToLong(transfer::amount)
                            .sum())
                    .isZero();
            assertThat(transfer.amount(0)).as("the reader's").isZero();
            assertThat(transfer.amount(1)).isNegative();
        }
    }

    @Test
    void theSameSeedMakesTheSameChoices() {
        Transfer one = new Transfer(Mix.writers(2), 1);
        Transfer another = new Transfer(Mix.writers(2), 1);
        for (int i = 0; i < 100; i++) {
            one.next();
            another.next();
            assertThat(one.account(0)).isEqualTo(another.account(0));
            assertThat(one.amount(1)).isEqualTo(another.amount(1));
        }
    }

    @Test
    void aMixSurvivesTheWayToAWorker() {
        Mix mix = new Mix(1, 2, 30, true);
        assertThat(Mix.parse(mix.text())).isEqualTo(mix);
    }
}
