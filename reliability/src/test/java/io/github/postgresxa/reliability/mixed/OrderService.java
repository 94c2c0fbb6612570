package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.reliability.load.Journal;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;

/**
 * Serves orders. Each is one transaction: the message is consumed, an amount moves from one node to the other, the
 * order is noted at both, and a confirmation is sent. Of ten orders one is rolled back, and one is refused by a node
 * when it is prepared; both are delivered again.
 */
final class OrderService {

    private static final int WAIT_MILLIS = 300;

    private final PostgresXa xa;
    private final TransactionManager manager;
    private final XAConnectionFactory broker;
    private final List<String> nodes;
    private final Steps steps;
    private final Journal journal;
    private boolean nodesFirst;

    OrderService(PostgresXa xa, XAConnectionFactory broker, List<String> nodes, Steps steps, Journal journal) {
        this.xa = xa;
        this.manager = xa.transactionManager();
        this.broker = broker;
        this.nodes = nodes;
        this.steps = steps;
        this.journal = journal;
    }

    /** Serves orders for ever. Where the broker fails, it connects again. */
    void serve() throws InterruptedException {
        while (true) {
            try {
                serveUntilItFails();
            } catch (JMSException e) {
                journal.note("disconnected", e);
                TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
            }
        }
    }

    /** A session is not used again after a failure: without a transaction it consumes and sends at once. */
    private void serveUntilItFails() throws JMSException {
        try (XAConnection connection = broker.createXAConnection();
                XASession session = connection.createXASession();
                MessageConsumer orders = session.createConsumer(session.createQueue(Broker.ORDERS));
                MessageProducer confirmations = session.createProducer(session.createQueue(Broker.CONFIRMATIONS))) {
            connection.start();
            XAResource resource = BrokerResource.enlisted(session.getXAResource(), steps);
            boolean usable = true;
            while (usable) {
                usable = serveOne(resource, session, orders, confirmations);
            }
        }
    }

    /** {@return whether the session is in order} */
    private boolean serveOne(
            XAResource resource, XASession session, MessageConsumer orders, MessageProducer confirmations) {
        int number = -1;
        try {
            begin(resource);
            Message order = orders.receive(WAIT_MILLIS);
            if (order == null) {
                manager.rollback();
                return true;
            }
            number = order.getIntProperty(Broker.ORDER);
            journal.note("order", number);
            steps.at("after the receipt");
            boolean again = order.getJMSRedelivered();
            move(number, number % 10 == 4 && !again);
            requireTransaction();
            steps.at("before the confirmation");
            Message confirmation = session.createMessage();
            confirmation.setIntProperty(Broker.ORDER, number);
            confirmations.send(confirmation);
            manager.getTransaction().delistResource(resource, XAResource.TMSUCCESS);
            steps.at("before the end");
            end(number, number % 10 == 9 && !again);
            steps.at("after the end");
            return true;
        } catch (Exception e) {
            journal.note("failed", number, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
            leave();
            return false;
        }
    }

    /** In turn, the broker or the nodes are the first resource of a transaction, and prepared first. */
    private void begin(XAResource resource) throws Exception {
        nodesFirst = !nodesFirst;
        manager.begin();
        if (nodesFirst) {
            execute(nodes.get(0), "select 1");
        }
        manager.getTransaction().enlistResource(resource);
    }

    private void move(int number, boolean refused) throws SQLException {
        String from = nodes.get(number % 2);
        String to = nodes.get(1 - number % 2);
        execute(from, Ledger.move(number, -1));
        execute(to, Ledger.move(number, 1));
        if (refused) {
            execute(to, Ledger.REFUSED);
        }
    }

    private void execute(String node, String statement) throws SQLException {
        try (Connection connection = xa.dataSource(node).getConnection();
                Statement s = connection.createStatement()) {
            s.execute(statement);
        }
    }

    /** After a timeout, the broker's session would send without a transaction. */
    private void requireTransaction() throws Exception {
        if (manager.getStatus() != Status.STATUS_ACTIVE) {
            throw new RollbackException("the transaction is over");
        }
    }

    private void end(int number, boolean rollback) throws Exception {
        if (rollback) {
            manager.rollback();
            journal.note("rolled back", number);
        } else {
            manager.commit();
            journal.note("done", number);
        }
    }

    private void leave() {
        try {
            if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
                manager.rollback();
            }
        } catch (Exception e) {
            journal.note("not rolled back", e);
        }
    }
}
