package org.bitrank.service.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.Test;

/** What a first start queues; nothing of it is run here. */
class ReferenceSuiteTest extends ServiceTest {
    private static final int RUNS = 16;

    @Override
    protected String databaseUrl() {
        return null;
    }

    @Override
    protected ServiceSettings settings() {
        ServiceSettings base = super.settings();
        return new ServiceSettings(
                base.home(), false, base.database(), base.backend(), base.compute(), base.dataDirectories(), base.heartbeat(), base.attempts(),
                true, base.workerName(), base.baseCache());
    }

    @Test
    void showsBothModelsEarlyAndPicturesToOneOfThem() {
        var submissions = bean(Submissions.class);
        assertThat(submissions.status(RUNS + 1)).isEmpty();
        assertThat(LongStream.rangeClosed(1, RUNS).mapToObj(id -> submissions.status(id).orElseThrow()).limit(5))
                .extracting(view -> view.model() + " " + view.run().title())
                .containsExactly(
                        "reference/micro-llama unquantized", "reference/micro-llama rtn 4-bit g64", "reference/micro-llama gptq 4-bit g64",
                        "reference/micro-llava unquantized", "reference/micro-llava rtn 4-bit g64");
    }
}
