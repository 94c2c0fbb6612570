package io.github.postgresxa.reliability.peers;

/** The stacks that are compared. */
enum Peer {
    POSTGRES_XA("postgres-xa", OwnStack.Factory.class),
    ATOMIKOS("Atomikos 6.0.0", AtomikosStack.Factory.class),
    NARAYANA("Narayana 7.3.4 + Agroal 3.2.1", NarayanaStack.Factory.class);

    private final String title;
    private final Class<?> factory;

    Peer(String title, Class<?> factory) {
        this.title = title;
        this.factory = factory;
    }

    String title() {
        return title;
    }

    String factory() {
        return factory.getName();
    }
}
