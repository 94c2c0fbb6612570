package io.github.postgresxa.spring;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.springframework.boot.autoconfigure.AutoConfiguration;

@AnalyzeClasses(packages = "io.github.postgresxa.spring", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String STARTER = "io.github.postgresxa.spring";

    @ArchTest
    static final ArchRule featuresDoNotKnowTheirWiring = noClasses()
            .that()
            .resideOutsideOfPackage(STARTER + ".autoconfigure..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(STARTER + ".autoconfigure..")
            .because("they work without auto-configuration");

    @ArchTest
    static final ArchRule featuresDoNotKnowEachOther = slices().matching(
                    STARTER + ".(diagnostics|endpoint|health|metrics|node|observation|transaction)..")
            .should()
            .notDependOnEachOther()
            .because("each of them can be read and left out on its own");

    @ArchTest
    static final ArchRule noTangles =
            slices().matching(STARTER + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheRootOfTheCore = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.github.postgresxa..")
                    .and(resideOutsideOfPackages(
                            "io.github.postgresxa",
                            "io.github.postgresxa.configuration",
                            "io.github.postgresxa.health",
                            "io.github.postgresxa.metrics",
                            "io.github.postgresxa.operations",
                            "io.github.postgresxa.test",
                            STARTER + "..")))
            .because("everything below the core's root but what front ends share may change between versions");

    @ArchTest
    static final ArchRule noTransactionManagerOfAVendor = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.atomikos..", "com.arjuna..")
            .because("the core chooses the transaction manager");

    @ArchTest
    static final ArchRule autoConfigurationsArePublicAndFinal = classes()
            .that()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .bePublic()
            .andShould()
            .haveModifier(JavaModifier.FINAL)
            .because("they are found by name, not to be extended");

    @ArchTest
    static final ArchRule autoConfigurationsHaveNoPublicMembers = methods()
            .that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .notBePublic()
            .because("their beans are the promise, not their methods");

    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("an application decides where its log goes");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<String> packages = classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        Set<String> marked = classes.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());

        assertThat(marked).as("@NullMarked does not reach sub-packages").isEqualTo(packages);
    }
}
