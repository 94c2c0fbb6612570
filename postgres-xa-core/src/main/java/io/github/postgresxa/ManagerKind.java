package io.github.postgresxa;

/** Says which JTA transaction manager is started where the application brings none. */
public enum ManagerKind {
    /** Narayana if it is on the class path, else Atomikos. */
    AUTO,
    /** Narayana. A transaction costs the JVM least under it. */
    NARAYANA,
    /** Atomikos, which the starter brings. */
    ATOMIKOS
}
