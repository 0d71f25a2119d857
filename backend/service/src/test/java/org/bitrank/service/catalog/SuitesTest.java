package org.bitrank.service.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuitesTest {
    @Test
    void offersTheStudiesTasksBesidesItsOwn() {
        assertThat(Suites.all()).extracting(Suite::id).containsExactly(
                "reference", "reference-visual", "standard", "llama3-study", "llama3-study-lora", "llama3-study-mllm", "perturbation-study", "spectra-commonsense", "spectra-knowledge",
                "spectra-stereotypes");
        Suite study = Suites.all().get(3);
        assertThat(study.tasks()).isEqualTo(List.of(new TaskChoice("llama3-study", null)));
        assertThat(study.members()).containsExactly(
                "wikitext2_gptq", "c4_gptq_new", "ptb_gptq_new", "piqa", "arc_easy", "arc_challenge", "hellaswag", "winogrande");
    }

    @Test
    void showsPicturesToModelsThatSeeAlone() {
        assertThat(Suites.of(Catalog.REFERENCE_VISUAL_MODEL).members())
                .containsExactly("micro_mme", "micro_mmbench", "micro_chartqa", "micro_docvqa", "micro_scienceqa", "micro_text");
        assertThat(Suites.of(Catalog.REFERENCE_MODEL).members()).noneMatch(Suites.REFERENCE_VISUAL.members().subList(0, 5)::contains);
        assertThat(Suites.of("owner/model")).isEqualTo(Suites.STANDARD);
    }
}
