package io.github.postgresxa.benchmarks.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTests {

    @Test
    void survivesTheWayToAWorker() {
        Message message = Message.of("run").with("mix", "0,2,100").with("empty", "");
        assertThat(Message.parse(message.line())).isEqualTo(message);
    }

    @Test
    void isDistinguishedFromOutputOfTheVirtualMachine() {
        assertThat(Message.isAnswer(Message.of(Message.OK).with("p50", 1).line()))
                .isTrue();
        assertThat(Message.isAnswer("[4.064s][info][jfr,startup] Started recording 1."))
                .isFalse();
    }

    @Test
    void isOneLineWhateverAnErrorSays() {
        Message message = Message.of("failed").with("why", "first\n\tsecond=third");
        assertThat(Message.parse(message.line()).value("why")).isEqualTo("first second=third");
    }
}
