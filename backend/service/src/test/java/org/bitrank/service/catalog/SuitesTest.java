package org.bitrank.service.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuitesTest {
    @Test
    void offersTheStudiesTasksBesidesItsOwn() {
        assertThat(Suites.all()).extracting(Suite::id).containsExactly(
                "reference", "standard", "llama3-study", "llama3-study-lora", "llama3-study-mllm", "perturbation-study", "spectra-commonsense", "spectra-knowledge",
                "spectra-stereotypes");
        Suite study = Suites.all().get(2);
        assertThat(study.tasks()).isEqualTo(List.of(new TaskChoice("llama3-study", null)));
        assertThat(study.members()).containsExactly(
                "wikitext2_gptq", "c4_gptq_new", "ptb_gptq_new", "piqa", "arc_easy", "arc_challenge", "hellaswag", "winogrande");
    }
}
