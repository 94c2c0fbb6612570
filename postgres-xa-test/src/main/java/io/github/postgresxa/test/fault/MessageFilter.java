package io.github.postgresxa.test.fault;

import java.util.regex.Pattern;

/** Picks messages. {@link MessageKind}s are filters; the methods here make others. */
@FunctionalInterface
public interface MessageFilter {

    /**
     * {@return whether the filter picks the message}
     *
     * @param message a message that a client has sent
     */
    boolean matches(WireMessage message);

    /** {@return every message but the login} */
    static MessageFilter any() {
        return message -> message.kind() != MessageKind.STARTUP;
    }

    /**
     * {@return the messages whose SQL contains the text}
     *
     * @param text a part of the SQL; case matters
     */
    static MessageFilter containing(String text) {
        return message -> message.sql().contains(text);
    }

    /**
     * {@return the messages whose SQL matches the expression somewhere}
     *
     * @param regex the expression; {@code .} matches line breaks, too
     * @throws java.util.regex.PatternSyntaxException if it is not a regular expression
     */
    static MessageFilter matching(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
        return message -> pattern.matcher(message.sql()).find();
    }

    /**
     * {@return those of these messages that go to this node}
     *
     * @param node a node's name
     */
    default MessageFilter on(String node) {
        return and(message -> message.node().equals(node));
    }

    /**
     * {@return those of these messages that this application sends}
     *
     * @param application an {@code application_name}, for example to spare the messages of an instance that is to
     *     survive
     */
    default MessageFilter from(String application) {
        return and(message -> message.application().equals(application));
    }

    /**
     * {@return the messages that both filters pick}
     *
     * @param other another filter
     */
    default MessageFilter and(MessageFilter other) {
        return message -> matches(message) && other.matches(message);
    }

    /**
     * {@return the messages that at least one of the two filters picks}
     *
     * @param other another filter
     */
    default MessageFilter or(MessageFilter other) {
        return message -> matches(message) || other.matches(message);
    }

    /**
     * {@return the messages that this filter picks and the other does not}
     *
     * @param other another filter
     */
    default MessageFilter except(MessageFilter other) {
        return message -> matches(message) && !other.matches(message);
    }
}
