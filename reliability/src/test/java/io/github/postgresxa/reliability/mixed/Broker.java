package io.github.postgresxa.reliability.mixed;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.transaction.xa.Xid;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A message broker in this process, with its journal on disk. It outlives the instances. */
final class Broker implements AutoCloseable {

    /** The property of a message with the order's number. */
    static final String ORDER = "number";

    static final String ORDERS = "orders";
    static final String CONFIRMATIONS = "confirmations";

    private static final long RECEIVE_MILLIS = 500;
    private static final int JOURNAL_BYTES = 1 << 20;

    private final Path directory;
    private final String url;
    private EmbeddedActiveMQ server;

    private Broker(Path directory, String url) throws Exception {
        this.directory = directory;
        this.url = url;
        this.server = launch();
    }

    static Broker start(Path directory) throws Exception {
        return new Broker(directory, "tcp://127.0.0.1:" + freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private EmbeddedActiveMQ launch() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setJournalFileSize(JOURNAL_BYTES)
                .setMaxDiskUsage(-1)
                .addAcceptorConfiguration("tcp", url + "?handshake-timeout=120"); // The machine may be busy.
        // A message that is rolled back is delivered again, however often.
        configuration.addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1));
        for (String queue : List.of(ORDERS, CONFIRMATIONS)) {
            configuration.addQueueConfiguration(
                    QueueConfiguration.of(queue).setAddress(queue).setRoutingType(RoutingType.ANYCAST));
        }
        EmbeddedActiveMQ launched = new EmbeddedActiveMQ().setConfiguration(configuration);
        launched.start();
        return launched;
    }

    String url() {
        return url;
    }

    synchronized void restart() throws Exception {
        server.stop();
        server = launch();
    }

    /** {@return the branches that are prepared here} */
    synchronized Set<String> prepared() {
        return server.getActiveMQServer().getResourceManager().getPreparedTransactions().stream()
                .map(Broker::text)
                .collect(Collectors.toSet());
    }

    private static String text(Xid xid) {
        HexFormat hex = HexFormat.of();
        return "broker " + hex.formatHex(xid.getGlobalTransactionId()) + ":" + hex.formatHex(xid.getBranchQualifier());
    }

    /** {@return how many orders are not consumed for good} */
    synchronized long orders() {
        return server.getActiveMQServer().locateQueue(ORDERS).getMessageCount();
    }

    private interface Use<T> {
        T with(Session session) throws JMSException;
    }

    private <T> T use(Use<T> use) throws JMSException {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            connection.start();
            return use.with(session);
        }
    }

    /** Sends orders with consecutive numbers. */
    synchronized void order(int first, int count) throws JMSException {
        use(session -> {
            try (MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
                for (int order = first; order < first + count; order++) {
                    Message message = session.createMessage();
                    message.setIntProperty(ORDER, order);
                    producer.send(message);
                }
            }
            session.commit();
            return count;
        });
    }

    /** {@return the orders that were confirmed since the last call, as often as they were} */
    synchronized List<Integer> takeConfirmations() throws JMSException {
        return use(session -> {
            List<Integer> confirmed = new ArrayList<>();
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(CONFIRMATIONS))) {
                Message message = consumer.receive(RECEIVE_MILLIS);
                while (message != null) {
                    confirmed.add(message.getIntProperty(ORDER));
                    message = consumer.receive(RECEIVE_MILLIS);
                }
            }
            session.commit();
            return confirmed;
        });
    }

    @Override
    public synchronized void close() {
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the broker does not stop", e);
        }
    }
}
