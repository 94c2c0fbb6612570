package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import com.arjuna.ats.jta.xa.XidImple;
import io.github.postgresxa.manager.nodelog.UnderWay;
import java.util.Set;
import javax.transaction.xa.Xid;

/** What Narayana works on in this process. */
final class TransactionsUnderWay implements UnderWay {

    @Override
    public boolean includes(Xid xid) {
        return TransactionImple.getTransaction(new XidImple(xid).getTransactionUid()) != null;
    }

    @Override
    public Set<?> all() {
        return TransactionImple.getTransactions().keySet();
    }
}
