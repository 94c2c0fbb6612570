package io.github.postgresxa.test.fault;

import java.util.regex.Pattern;

/** Picks messages. {@link MessageKind}s are filters; the methods here make others. */
@FunctionalInterface
public interface MessageFilter {

    /**
     * @param message a message that a client has sent
     * @return whether it is meant
     */
    boolean matches(WireMessage message);

    /** {@return every message but the login} */
    static MessageFilter any() {
        return message -> message.kind() != MessageKind.STARTUP;
    }

    /**
     * @param text a part of a message's SQL, in this very case
     * @return the messages that contain it
     */
    static MessageFilter containing(String text) {
        return message -> message.sql().contains(text);
    }

    /**
     * @param regex found somewhere in a message's SQL; {@code .} stands for line breaks, too
     * @return the messages where it is found
     * @throws java.util.regex.PatternSyntaxException if it is not a regular expression
     */
    static MessageFilter matching(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
        return message -> pattern.matcher(message.sql()).find();
    }

    /**
     * @param node a node's name
     * @return those of these messages that go to this node
     */
    default MessageFilter on(String node) {
        return and(message -> message.node().equals(node));
    }

    /**
     * @param application an {@code application_name}, for example to spare the messages of an instance that is to survive
     * @return those of these messages that this application sends
     */
    default MessageFilter from(String application) {
        return and(message -> message.application().equals(application));
    }

    /**
     * @param other another filter
     * @return the messages that both pick
     */
    default MessageFilter and(MessageFilter other) {
        return message -> matches(message) && other.matches(message);
    }

    /**
     * @param other another filter
     * @return the messages that at least one of both picks
     */
    default MessageFilter or(MessageFilter other) {
        return message -> matches(message) || other.matches(message);
    }

    /**
     * @param other another filter
     * @return the messages that this one picks and the other does not
     */
    default MessageFilter except(MessageFilter other) {
        return message -> matches(message) && !other.matches(message);
    }
}
