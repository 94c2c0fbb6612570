package io.github.postgresxa.reliability.soak;

/** The kinds of faults, as the report names them. */
enum NemesisFault {
    KILL_INSTANCE("SIGKILL of an instance; another starts"),
    FREEZE_INSTANCE("SIGSTOP of an instance for 1–6 s"),
    KILL_NODE("SIGKILL of a node, started again after 1–2 s"),
    RESTART_NODE("restart of a node (fast shutdown)"),
    FREEZE_NODE("SIGSTOP of a node for 1–8 s"),
    TERMINATE_SESSIONS("pg_terminate_backend of up to 5 sessions"),
    CUT_LINKS("all connections of an instance, or between it and a node, cut"),
    BLACK_HOLE("an instance's link to a node silent for 1–8 s, then what was sent is delivered"),
    PARTITION("an instance's link to a node cut and refused for 1–5 s"),
    LOSE_REQUEST("a message of the protocol lost"),
    LOSE_REPLY("the reply to a message of the protocol lost"),
    HOLD_DECISION("a decision held for 3–6 s, then delivered"),
    LATE_DECISION("a decision held, its connection cut, and delivered after 1–4 s anyway");

    private final String text;

    NemesisFault(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
