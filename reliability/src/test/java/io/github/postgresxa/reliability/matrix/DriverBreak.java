package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.SocketCall;
import io.github.postgresxa.test.fault.SocketMoment;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * A failure of the application's driver at one message, in the form that the application's process receives.
 *
 * @param point the message
 * @param moment in or around its first write, or the first read after it
 * @param error whether an Error is thrown, or an unchecked exception
 */
record DriverBreak(Point.Address point, SocketMoment moment, boolean error) {

    /** {@return whether this call is the first of the chosen message} */
    boolean picks(SocketCall call) {
        return call.number() == 1 && point.picks(call.message());
    }

    Supplier<Throwable> what() {
        return error
                ? () -> new StackOverflowError("the driver broke")
                : () -> new IllegalStateException("the driver broke");
    }

    String text() {
        return "%s %s %s %d %s %s"
                .formatted(
                        moment, error, point.kind(), point.number(), encoded(point.node()), encoded(point.beginning()));
    }

    static DriverBreak parse(String text) {
        String[] words = text.split(" ", -1);
        return new DriverBreak(
                new Point.Address(
                        MessageKind.valueOf(words[2]),
                        Integer.parseInt(words[3]),
                        decoded(words[4]),
                        decoded(words[5])),
                SocketMoment.valueOf(words[0]),
                Boolean.parseBoolean(words[1]));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), java.nio.charset.StandardCharsets.UTF_8);
    }
}
