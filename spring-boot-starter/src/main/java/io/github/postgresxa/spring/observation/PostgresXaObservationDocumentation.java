package io.github.postgresxa.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed.
 *
 * <p>The names are not those of meters: an observation handler makes timers of them, and {@code postgres.xa.commit} is one of ours with other tags.
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

    /** Of a transaction. */
    public enum TransactionLowCardinality implements KeyName {
        /** What the application was told: {@code committed}, {@code rolled_back} or {@code unknown}; {@code none} while it is under way. */
        OUTCOME {
            @Override
            public String asString() {
                return "outcome";
            }
        }
    }

    /** Of a transaction. */
    public enum TransactionHighCardinality implements KeyName {
        /** The id, as {@code pgxa.decision} and the names of prepared branches show it. */
        ID {
            @Override
            public String asString() {
                return "postgres.xa.transaction.id";
            }
        },
        /** Spring's name of it, where it has one. */
        NAME {
            @Override
            public String asString() {
                return "postgres.xa.transaction.name";
            }
        },
        /** How many nodes it used. */
        BRANCHES {
            @Override
            public String asString() {
                return "postgres.xa.branches";
            }
        },
        /** How many branches were prepared. */
        PREPARED {
            @Override
            public String asString() {
                return "postgres.xa.prepared";
            }
        }
    }

    /** Of a step. */
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
        /** {@code home}, {@code participant}, {@code reader} or {@code only}; {@code none} if the transaction was rolled back before its votes. */
        ROLE {
            @Override
            public String asString() {
                return "role";
            }
        },
        /** {@code true}, or {@code false} if the step was refused or its reply was lost; {@code none} while it is under way. */
        DONE {
            @Override
            public String asString() {
                return "done";
            }
        }
    }

    /** Of a step. */
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
