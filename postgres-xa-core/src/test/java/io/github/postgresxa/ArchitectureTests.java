package io.github.postgresxa;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.github.postgresxa.node.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    private static final String ROOT = "io.github.postgresxa";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final Set<String> API = Set.of(ROOT, ROOT + ".operations");

    private static void check(ArchRule rule) {
        rule.check(CORE);
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void onlyTheFrontDoorAndItsAssemblyLookInward() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .haveNameNotMatching(".*\\.(PostgresXa(Settings|\\$.*)?|Assembly|StartUp|Threads)")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(resideOutsideOfPackage(ROOT + ".log")))
                .because("the vocabulary is a leaf: everything may use it, it uses nothing"));
    }

    @Test
    void whatIsPublicForUsersNamesNoInternalType() {
        List<String> internal = new ArrayList<>();
        for (JavaClass type : CORE) {
            if (API.contains(type.getPackageName()) && isVisible(type)) {
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (unit.getModifiers().contains(JavaModifier.PUBLIC)) {
                        named(unit)
                                .filter(ArchitectureTests::isInternal)
                                .forEach(t -> internal.add(unit.getFullName() + " names " + t.getName()));
                    }
                }
            }
        }
        assertThat(internal).isEmpty();
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTests::isVisible).orElse(true);
    }

    private static Stream<JavaClass> named(JavaCodeUnit unit) {
        return Stream.concat(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()))
                .flatMap(t -> t.getAllInvolvedRawTypes().stream());
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith(ROOT) && !(API.contains(type.getPackageName()) && isVisible(type));
    }

    @Test
    void recoveryStandsAlone() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".recovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".transaction..", ROOT + ".datasource..", ROOT + ".branch..", ROOT + ".manager..")
                .because("recovery must work in a process that never started a transaction"));
    }

    @Test
    void recoveryHasOneDoor() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".operations..")
                .and()
                .doNotHaveSimpleName("RecoveryRun")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".recovery..")
                .because("an operator runs recovery, or settles by hand: both stand on the prepared branches"));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".recovery")
                .and()
                .arePublic()
                .should()
                .haveSimpleNameNotEndingWith("Recovery"));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".prepared..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".recovery..", ROOT + ".operations..", ROOT + ".branch..", ROOT + ".transaction.."));
    }

    @Test
    void aBranchKnowsNoDecisionAndADecisionNoBranch() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".branch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".decision.."));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".decision..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".branch.."));
    }

    @Test
    void theConfigurationKnowsTheSettingsAlone() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".configuration..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(resideOutsideOfPackage(ROOT))
                        .and(resideOutsideOfPackage(ROOT + ".log"))
                        .and(resideOutsideOfPackage(ROOT + ".configuration"))));
    }

    @Test
    void nodesKnowNothingOfTransactions() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".node..", ROOT + ".gid..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".branch..",
                        ROOT + ".decision..",
                        ROOT + ".transaction..",
                        ROOT + ".datasource..",
                        ROOT + ".recovery..",
                        ROOT + ".manager.."));
    }

    @Test
    void onlyTheirOwnPackageKnowsAManagersClasses() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".manager.atomikos..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.atomikos..")
                .because("the core works under any JTA manager"));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".manager.narayana..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.arjuna..", "org.jboss..")
                .because("the core works under any JTA manager"));
        check(noClasses()
                .that(resideInAPackage(ROOT + "..")
                        .and(resideOutsideOfPackage(ROOT + ".manager"))
                        .and(resideOutsideOfPackage(ROOT + ".manager.narayana")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".manager.narayana..")
                .because("without its jars, none of its classes is loaded"));
    }

    @Test
    void nobodyUsesTheDriversXaVerbs() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.postgresql.xa.PGXAConnection")
                .because("it takes failed transactions for prepared ones and leaves read-only branches prepared"));
    }

    @Test
    void whatComesLaterIsPlannedWithOurTimer() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".test..")
                .and()
                .haveNameNotMatching(Pattern.quote(Timer.class.getName()) + "(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.Timer(Task)?|java\\.util\\.concurrent\\.(Scheduled.*|Delay.*)")
                .orShould()
                .callMethodWhere(calls(CompletableFuture.class, "orTimeout", "completeOnTimeout", "delayedExecutor"))
                .orShould()
                .callMethodWhere(calls(Executors.class, "newScheduledThreadPool", "newSingleThreadScheduledExecutor"))
                .because("a stack at its end breaks a queue that all share, and the thread of the JDK's never ends"));
    }

    @Test
    void aPauseIsOneThatAnInterruptDoesNotTurnIntoABusyLoop() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".test..")
                .and()
                .doNotHaveSimpleName("Uninterruptibles")
                .should()
                .callMethodWhere(calls(Thread.class, "sleep", "onSpinWait", "yield"))
                .orShould()
                .callMethodWhere(calls(TimeUnit.class, "sleep"))
                .orShould()
                .callMethodWhere(calls(LockSupport.class, "park", "parkNanos", "parkUntil"))
                .orShould()
                .callMethodWhere(calls(Object.class, "wait"))
                .because("these return at once as long as their thread is interrupted; MonotonicClock.pause does not"));
    }

    private static DescribedPredicate<JavaCall<?>> calls(Class<?> owner, String... methods) {
        Set<String> names = Set.of(methods);
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + names,
                call -> call.getTarget().getOwner().isAssignableTo(owner) && names.contains(call.getName()));
    }

    @Test
    void thereIsNoSpring() {
        check(noClasses()
                .that(resideOutsideOfPackage(ROOT + ".test.manager")) // It has a suite for Spring's transactions.
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.."));
    }

    @Test
    void everyPackageIsNullMarked() {
        for (JavaClass type : CORE) {
            JavaPackage home = type.getPackage();
            assertThat(home.isAnnotatedWith(NullMarked.class))
                    .as(home.getName())
                    .isTrue();
        }
    }
}
