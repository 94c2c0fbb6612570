package io.github.postgresxa.cdi.operations;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.Operations;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the resource shows and does, by the application's mode. */
interface NodesView {

    /** {@return what the application last saw} */
    Map<String, Object> overview();

    /**
     * Explains one transaction, as the nodes show it now.
     *
     * @throws IllegalArgumentException if there is no such name
     */
    Map<String, Object> explain(String what);

    /** {@return what an operator can see and do} */
    Operations operations();

    /**
     * Runs one recovery pass.
     *
     * @throws io.github.postgresxa.operations.RefusedException if the application only observes its nodes
     */
    Object recover();

    /** Reads a transaction's id. */
    static TransactionId id(String text) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    ("'%s' is not a transaction id, which has 36 characters, as pgxa.decision shows it. Nothing was"
                                    + " done.")
                            .formatted(text),
                    e);
        }
    }

    /** The nodes of an application that manages transactions over them. */
    record Managed(PostgresXa xa) implements NodesView {

        @Override
        public Map<String, Object> overview() {
            Map<String, Object> seen = new LinkedHashMap<>();
            seen.put("name", xa.name());
            seen.put("mode", "manage");
            seen.put("active", xa.activeTransactionCount());
            seen.put("nodes", xa.nodes());
            seen.put("underWay", xa.activeTransactions());
            seen.put("inDoubt", xa.inDoubt());
            seen.put("recovery", xa.recoveryRegistration());
            return seen;
        }

        @Override
        public Map<String, Object> explain(String what) {
            TransactionId transaction = id(what);
            Map<String, Object> explained = new LinkedHashMap<>();
            explained.put("outcome", xa.outcome(transaction));
            explained.put("explanation", xa.operations().explain(transaction));
            return explained;
        }

        @Override
        public Operations operations() {
            return xa.operations();
        }

        @Override
        public Object recover() {
            return xa.recoverNow();
        }
    }

    /** Nodes whose transactions another manager runs. Everything is shown, and nothing done. */
    record Observed(Observer observer) implements NodesView {

        @Override
        public Map<String, Object> overview() {
            Map<String, Object> seen = new LinkedHashMap<>();
            seen.put("name", observer.name());
            seen.put("mode", "observe");
            seen.put("nodes", observer.nodes());
            seen.put("transactions", observer.transactions());
            return seen;
        }

        @Override
        public Map<String, Object> explain(String what) {
            return Map.of("explanation", observer.operations().explain(what));
        }

        @Override
        public Operations operations() {
            return observer.operations();
        }

        @Override
        public Object recover() {
            return observer.operations().recover(); // Refused.
        }
    }
}
