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
        var tasks = TaskList.of(List.of(
                new TaskChoice("wikitext2_gptq", 4), new TaskChoice("mmlu_stem", 10), new TaskChoice("piqa", 10)));
        assertThat(tasks).isEqualTo(new TaskList(List.of("wikitext2_gptq:limit=4", "mmlu_stem", "piqa"), 10));
        assertThat(tasks.size()).isEqualTo(21);
    }

    @Test
    void aStudysSuiteIsOneNameForAllItsTasks() {
        var tasks = TaskList.of(List.of(new TaskChoice("spectra-commonsense", null)));
        assertThat(tasks).isEqualTo(new TaskList(List.of("spectra-commonsense"), null));
        assertThat(tasks.size()).isEqualTo(8);
    }

    @Test
    void refusesLimitsThatDiffer() {
        assertThatThrownBy(() -> TaskList.of(List.of(new TaskChoice("piqa", 4), new TaskChoice("boolq", null))))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("the same limit");
    }
}
