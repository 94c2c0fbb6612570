package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.ManagerKind;
import java.nio.file.Path;
import java.util.Arrays;

/** The contenders. */
public enum Kind {
    HAND_WRITTEN("hand-written", "hand-written protocol"),
    BARE("bare-2pc", "two-phase commit without a log"),
    LOCAL("local-commits", "local commits, not atomic"),
    ATOMIKOS("atomikos", "Atomikos"),
    NARAYANA("narayana", "Narayana, file store"),
    NARAYANA_JOURNAL("narayana-journal", "Narayana, journal store"),
    OURS("postgres-xa", "postgres-xa (Atomikos inside)"),
    OURS_NARAYANA_INSIDE("postgres-xa-narayana-inside", "postgres-xa (Narayana inside)"),
    OURS_DECIDED("postgres-xa-decided", "postgres-xa, acknowledged when decided"),
    OURS_NARAYANA("postgres-xa-narayana", "postgres-xa under Narayana"),
    OURS_SPRING("postgres-xa-spring", "postgres-xa, Spring Boot starter"),
    OURS_SPRING_NARAYANA("postgres-xa-spring-narayana", "postgres-xa, starter under Narayana"),
    OURS_ACTUATOR("postgres-xa-actuator", "postgres-xa, starter and actuator"),
    OURS_TRACER("postgres-xa-tracer", "postgres-xa, starter, actuator and tracer"),
    SPRING("spring-local", "Spring alone, local commits");

    private final String id;
    private final String title;

    Kind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** {@return its name in options and files} */
    public String id() {
        return id;
    }

    /** {@return its name for people} */
    public String title() {
        return title;
    }

    /** {@return whether it is this project} */
    public boolean ours() {
        return name().startsWith("OURS");
    }

    /** {@return its part of the class path of this process: an application becomes observed by what is on it} */
    public String classPath() {
        return switch (this) {
            case OURS_ACTUATOR -> ClassPath.without(ClassPath.TRACER);
            case OURS_TRACER -> ClassPath.whole();
            default -> ClassPath.without(ClassPath.TRACER + "|" + ClassPath.ACTUATOR);
        };
    }

    /** {@return the contender of this id} */
    public static Kind of(String id) {
        return Arrays.stream(values())
                .filter(k -> k.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no contender '%s'; there are %s"
                        .formatted(id, Arrays.stream(values()).map(Kind::id).toList())));
    }

    /**
     * {@return the contender, started in this process}
     *
     * @param directory for what it keeps on disk
     */
    public Stack start(Path directory) throws Exception {
        return switch (this) {
            case HAND_WRITTEN -> HandWritten::new;
            case BARE -> BareTwoPhaseCommit::new;
            case LOCAL -> LocalCommits::new;
            case ATOMIKOS -> new AtomikosStack(directory);
            case NARAYANA -> NarayanaStack.withFiles(directory);
            case NARAYANA_JOURNAL -> NarayanaStack.withJournal(directory);
            case OURS -> setting -> new Ours(setting, builder -> builder);
            case OURS_NARAYANA_INSIDE ->
                setting -> new Ours(setting, builder -> builder.transactionManager(ManagerKind.NARAYANA));
            case OURS_DECIDED -> setting -> new Ours(setting, builder -> builder.commit(Ours.DECIDED));
            case OURS_NARAYANA -> new OursUnderNarayana(directory);
            case OURS_SPRING, OURS_ACTUATOR, OURS_TRACER -> OursWithSpring::new;
            case OURS_SPRING_NARAYANA -> OursWithSpring.underNarayana(directory);
            case SPRING -> SpringAlone::new;
        };
    }
}
