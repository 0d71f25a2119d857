package org.bitrank.service;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {
    @Test
    void modulesUseOnlyEachOthersFacadesAndNoCycles() {
        ApplicationModules.of("org.bitrank.service").verify();
    }
}
