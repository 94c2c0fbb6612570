package io.github.postgresxa.operations;

/** Who prepared a transaction, as far as its identifier shows. */
public enum Owner {
    /** A branch of this project. */
    POSTGRES_XA("postgres-xa"),
    /** Begins like ours, but does not match exactly: a later version, or written by hand. */
    LIKE_POSTGRES_XA("looks like postgres-xa"),
    /** Atomikos over the driver's XAResource. */
    ATOMIKOS("Atomikos"),
    /** Narayana: WildFly, Quarkus, or standalone. */
    NARAYANA("Narayana"),
    /** Liberty or WebSphere. */
    LIBERTY("Liberty"),
    /** GlassFish or Payara. */
    GLASSFISH("GlassFish"),
    /** TomEE or another user of the Geronimo transaction manager. */
    TOMEE("TomEE"),
    /** Bitronix. */
    BITRONIX("Bitronix"),
    /** WebLogic. */
    WEBLOGIC("WebLogic"),
    /** Some other XA transaction manager. */
    OTHER_XA("another XA transaction manager"),
    /** A subscription of PostgreSQL's logical replication, with two-phase commit. */
    LOGICAL_REPLICATION("logical replication"),
    /** A Citus coordinator. */
    CITUS("Citus"),
    /** No known owner. */
    UNKNOWN("unknown");

    private final String title;

    Owner(String title) {
        this.title = title;
    }

    /** {@return its name for people} */
    public String title() {
        return title;
    }
}
