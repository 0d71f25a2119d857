package org.bitrank.service.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.TaskChoice;
import org.junit.jupiter.api.Test;

class TaskListTest {
    @Test
    void windowsCarryTheirOwnLimitAndGroupsTheCommonOne() {
        assertThat(TaskList.of(List.of(new TaskChoice("wikitext2_gptq", 4), new TaskChoice("mmlu_stem", 10), new TaskChoice("piqa", 10))))
                .isEqualTo(new TaskList(List.of("wikitext2_gptq:limit=4", "mmlu_stem", "piqa"), 10));
        assertThat(TaskList.of(List.of(new TaskChoice("piqa", null), new TaskChoice("wikitext2_gptq", null))))
                .isEqualTo(new TaskList(List.of("piqa", "wikitext2_gptq"), null));
    }

    @Test
    void aStudysSuiteIsOneNameForAllItsTasks() {
        assertThat(TaskList.of(List.of(new TaskChoice("spectra-commonsense", null)))).isEqualTo(new TaskList(List.of("spectra-commonsense"), null));
    }

    @Test
    void eachTaskMayHaveItsOwn() {
        assertThat(TaskList.of(List.of(new TaskChoice("piqa", 200), new TaskChoice("arc_easy", 100), new TaskChoice("boolq", null))))
                .isEqualTo(new TaskList(List.of("piqa:limit=200", "arc_easy:limit=100", "boolq"), null));
        assertThat(TaskList.of(List.of(new TaskChoice("piqa", 200), new TaskChoice("ai2_arc", 100))).names())
                .containsExactlyInAnyOrder("piqa:limit=200", "arc_easy:limit=100", "arc_challenge:limit=100");
    }

    @Test
    void aTaskThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> TaskList.of(List.of(new TaskChoice("piqua", null)))).isInstanceOf(BitRankException.class).hasMessageContaining("piqa");
    }
}
