package org.bitrank.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The arrows of the house: kernels, engine, service, frontend, each knowing only those before it. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.bitrank");

    @Test
    void kernelsKnowNothingOfModelsFilesOrSpring() {
        noClasses().that().resideInAPackage("org.bitrank.kernels..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bitrank.engine..", "org.bitrank.service..", "org.bitrank.web..", "org.bitrank.cli..", "org.springframework..").check(ALL);
    }

    @Test
    void theEngineKnowsNeitherSpringNorADatabase() {
        noClasses().that().resideInAPackage("org.bitrank.engine..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bitrank.service..", "org.bitrank.web..", "org.bitrank.cli..", "org.springframework..", "jakarta.persistence..").check(ALL);
    }

    @Test
    void theServiceKnowsNoPages() {
        noClasses().that().resideInAPackage("org.bitrank.service..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bitrank.web..", "org.bitrank.cli..", "jakarta.servlet..").check(ALL);
    }

    @Test
    void pagesKnowNeitherTheCommandLineNorTables() {
        noClasses().that().resideInAPackage("org.bitrank.web..").should().dependOnClassesThat()
                .resideInAnyPackage("org.bitrank.cli..", "jakarta.persistence..", "java.sql..", "org.springframework.data..").check(ALL);
    }

    @Test
    void controllersAreNobodysApi() {
        ArchRuleDefinition.classes().that().haveSimpleNameEndingWith("Controller").or().haveSimpleNameEndingWith("Api")
                .and().resideInAPackage("org.bitrank.web..").should().notBePublic().check(ALL);
    }

    @Test
    void packagesOfPagesFormNoCycle() {
        ApplicationModules.of(BitRankApplication.class).verify();
    }
}
