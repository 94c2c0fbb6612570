package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.Position;

/**
 * One crash: at one message of one play, at one position, one kind of fault.
 *
 * @param play what runs
 * @param point the message
 * @param position when
 * @param strike what happens
 */
record Scenario(ProtocolRun play, Point point, Position position, FaultType strike) {

    /** {@return its name; with {@code -Dreliability.scenario=<name>} only this one runs} */
    String name() {
        return "%s / %s / %s / %s".formatted(play.title(), point.label(), position, strike);
    }
}
