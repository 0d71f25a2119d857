package org.bitrank.web.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.bitrank.service.comparison.RowsComparison;
import org.bitrank.service.comparison.RowsComparison.RowPair;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.junit.jupiter.api.Test;

class ComparePageTest {
    private static ResultRow row(long id, String protocol) {
        return new ResultRow(
                id, Provenance.MEASURED, Instant.EPOCH, "example/small", "rtn", "rtn 4-bit", 4.0, null, 64, false, false, "standard", "safetensors", protocol, protocol,
                null, null, null, 4.3, 1_000_000L, null, null, null, null, "cpu", "test processor", null, null, null, List.of());
    }

    @Test
    void rowsOfUnequalProtocolAreRefusedInASentence() {
        List<ResultRow> rows = List.of(row(1, "first 100"), row(2, "first 200"));
        var comparison = new RowsComparison(rows, List.of(new RowPair(1, 2, List.of(), List.of("piqa: measured with other data, prompts, examples or limits"))), 0);
        ComparePage page = ComparePage.of(rows, comparison, List.of());
        assertThat(page.problem()).isEqualTo("These rows cannot be compared: they were not measured in the same way on the same items. Choose rows of one model and one protocol.");
        assertThat(page.pairs().getFirst().reasons()).containsExactly("piqa: measured with other data, prompts, examples or limits");
        assertThat(page.pairs().getFirst().verdict()).isNull();
    }
}
