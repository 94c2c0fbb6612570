package io.github.postgresxa.cdi;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    private static final String CORE = "io.github.postgresxa";
    private static final String CDI = CORE + ".cdi";

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(CDI);

    @Test
    void nothingKnowsTheContainersExtension() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CDI + ".container..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CDI + ".container..")
                .because("where no portable extensions run, the rest works without it")
                .check(CLASSES);
        slices().matching(CDI + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyWhatFrontEndsShareIsUsedOfTheCore() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage(CORE + "..")
                        .and(resideOutsideOfPackages(
                                CORE,
                                CORE + ".configuration",
                                CORE + ".document",
                                CORE + ".health",
                                CORE + ".metrics",
                                CORE + ".operations",
                                CDI + "..")))
                .because("everything else below the core's root may change between versions")
                .check(CLASSES);
    }

    @Test
    void onlyAdaptersOfRecoveryKnowClassesOfAServer() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CDI + ".recovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.arjuna..", "org.jboss..", "org.wildfly..", "com.ibm..", "org.glassfish..")
                .because("without its jars, none of its classes is loaded")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        for (JavaClass type : CLASSES) {
            assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                    .as(type.getPackageName())
                    .isTrue();
        }
    }
}
