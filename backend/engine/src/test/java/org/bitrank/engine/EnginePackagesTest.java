package org.bitrank.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class EnginePackagesTest {
    private static final JavaClasses ENGINE =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.bitrank.engine");

    @Test
    void packagesNeedEachOtherInOneDirectionOnly() {
        slices().matching("org.bitrank.engine.(*)..").should().beFreeOfCycles().check(ENGINE);
    }

    @Test
    void theEngineKnowsNeitherSpringNorDatabases() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.persistence..", "org.bitrank.service..", "org.bitrank.web..")
                .check(ENGINE);
    }
}
