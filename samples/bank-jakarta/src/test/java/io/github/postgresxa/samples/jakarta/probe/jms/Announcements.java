package io.github.postgresxa.samples.jakarta.probe.jms;

import io.github.postgresxa.samples.jakarta.money.AccountId;
import io.github.postgresxa.samples.jakarta.money.Bookkeeper;
import io.github.postgresxa.samples.jakarta.money.Transfer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Transfers that are announced in a queue: with the money, or not at all. */
@ApplicationScoped
public class Announcements {

    @Inject
    Bookkeeper bookkeeper;

    @Transactional(rollbackOn = Exception.class)
    public void transfer(String factory, String queue, UUID id, String from, String to, long amount, boolean refuse)
            throws NamingException, SQLException {
        bookkeeper.post(new Transfer(id, AccountId.parse(from), AccountId.parse(to), amount));
        try (JMSContext context =
                InitialContext.<ConnectionFactory>doLookup(factory).createContext()) {
            context.createProducer().send(InitialContext.<Queue>doLookup(queue), id.toString());
        }
        if (refuse) {
            throw new IllegalStateException("refused");
        }
    }

    @Transactional(Transactional.TxType.NOT_SUPPORTED)
    public List<String> announced(String factory, String queue) throws NamingException, JMSException {
        List<String> ids = new ArrayList<>();
        try (JMSContext context =
                        InitialContext.<ConnectionFactory>doLookup(factory).createContext();
                QueueBrowser browser = context.createBrowser(InitialContext.<Queue>doLookup(queue))) {
            Enumeration<?> messages = browser.getEnumeration();
            while (messages.hasMoreElements()) {
                ids.add(((TextMessage) messages.nextElement()).getText());
            }
        }
        return ids;
    }
}
