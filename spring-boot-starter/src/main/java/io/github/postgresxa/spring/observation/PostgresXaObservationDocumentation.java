package io.github.postgresxa.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Documents the observations and their keys.
 *
 * <p>Their names differ from those of our meters: an observation handler makes timers of observations, and
 * {@code postgres.xa.commit} is already a timer with other tags.
 */
public enum PostgresXaObservationDocumentation implements ObservationDocumentation {

    /** A global transaction, from its first use of a node to its end. */
    TRANSACTION {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultTransactionObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return TransactionLowCardinality.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return TransactionHighCardinality.values();
        }
    },

    /** One step of a transaction's end on one node. Its parent is the transaction. */
    STEP {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultStepObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return StepLowCardinality.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return StepHighCardinality.values();
        }
    };

    /** Lists the keys of a transaction with few values. */
    public enum TransactionLowCardinality implements KeyName {
        /**
         * The outcome that the application got: {@code committed}, {@code rolled_back} or {@code unknown}; {@code none}
         * while the transaction is active.
         */
        OUTCOME {
            @Override
            public String asString() {
                return "outcome";
            }
        }
    }

    /** Lists the keys of a transaction with many values. */
    public enum TransactionHighCardinality implements KeyName {
        /** The id, as {@code pgxa.decision} and the names of prepared branches show it. */
        ID {
            @Override
            public String asString() {
                return "postgres.xa.transaction.id";
            }
        },
        /** Spring's name of the transaction, if it has one. */
        NAME {
            @Override
            public String asString() {
                return "postgres.xa.transaction.name";
            }
        },
        /** The number of nodes that the transaction used. */
        BRANCHES {
            @Override
            public String asString() {
                return "postgres.xa.branches";
            }
        },
        /** The number of branches that were prepared. */
        PREPARED {
            @Override
            public String asString() {
                return "postgres.xa.prepared";
            }
        },
        /** The node that keeps the decision, if there is one. */
        HOME {
            @Override
            public String asString() {
                return "postgres.xa.home";
            }
        },
        /** Why it is that node: {@code first_used}, {@code shortest_commit} or {@code pinned}. */
        HOME_REASON {
            @Override
            public String asString() {
                return "postgres.xa.home.reason";
            }
        }
    }

    /** Lists the keys of a step with few values. */
    public enum StepLowCardinality implements KeyName {
        /** {@code prepare}, {@code decide}, {@code finish}, {@code commit} or {@code rollback}. */
        STEP {
            @Override
            public String asString() {
                return "step";
            }
        },
        /** The node's configured name. */
        NODE {
            @Override
            public String asString() {
                return "node";
            }
        },
        /**
         * The node's role: {@code home}, {@code participant}, {@code reader} or {@code only}; {@code none} if the
         * transaction was rolled back before its votes.
         */
        ROLE {
            @Override
            public String asString() {
                return "role";
            }
        },
        /**
         * {@code true}, or {@code false} if the step was refused or its reply was lost; {@code none} while the step is
         * running.
         */
        DONE {
            @Override
            public String asString() {
                return "done";
            }
        }
    }

    /** Lists the keys of a step with many values. */
    public enum StepHighCardinality implements KeyName {
        /** The transaction's id. */
        ID {
            @Override
            public String asString() {
                return "postgres.xa.transaction.id";
            }
        }
    }
}
