package io.github.postgresxa;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Date;
import org.junit.jupiter.api.Test;

/**
 * No decision depends on a clock, so a clock that jumps changes no outcome. Time is measured by
 * {@code System.nanoTime}. It sets the pace, and chooses among homes that are all correct.
 */
class ClockTests {

    private static final String ROOT = "io.github.postgresxa";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void nobodyReadsTheTimeOfDayButForDisplays() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        ".*\\.(recovery\\.NodeMonitor|operations\\.ServerView|metrics\\.NodeMeters)") // observedAt
                .and()
                .haveNameNotMatching(".*\\.TimeTeller\\$.*") // A server tells by it when its timeout ends.
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .orShould()
                .callConstructor(Date.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .because("no outcome may depend on a clock that somebody can set")
                .check(CORE);
    }

    @Test
    void noMomentIsKnownWhereTransactionsAreDecided() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".decision..",
                        ROOT + ".transaction..",
                        ROOT + ".branch..",
                        ROOT + ".recovery..",
                        ROOT + ".gid..")
                .and()
                .haveNameNotMatching(".*\\.(recovery\\.NodeMonitor|operations\\.ServerView)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(Instant|.*DateTime|LocalDate|LocalTime|Clock)|"
                        + "java\\.util\\.(Date|Calendar)|java\\.sql\\.Timestamp")
                .check(CORE);
    }
}
