package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.bitrank.service.result.ResultRecorder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/**
 * The board's page over ten thousand rows. How long it takes, from the request to the last byte of HTML, is measured where somebody asks for it:
 * no everyday test may fail because a machine is slow or busy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoardSpeedTest {
    private static final int ROWS = 10_000;
    private static final int REQUESTS = 30;

    /** Characters; a line of the table has about three thousand, and a page has fifty of them. */
    private static final int LONGEST_PAGE = 400_000;

    private Application application;
    private MockMvc http;

    @BeforeAll
    void start() {
        application = new Application(false, false);
        SampleRows.many(application.bean(ResultRecorder.class), ROWS);
        http = MockMvcBuilders.webAppContextSetup(application.web()).build();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void aPageOfTenThousandRowsIsNoLongerThanOneOfAHundred() throws Exception {
        for (String address : List.of("/", "/?page=1", "/?recovery=99", "/?columns=tasks")) {
            assertThat(page(address)).contains("</html>").hasSizeLessThan(LONGEST_PAGE);
        }
    }

    @Test
    @Tag("speed")
    void tenThousandRowsTakeUnderTwoHundredMilliseconds() throws Exception {
        long start = System.nanoTime();
        page("/");
        LoggerFactory.getLogger(getClass()).warn("{} rows, the first page, for which they are read from the database: {} ms", ROWS,
                Math.round((System.nanoTime() - start) / 1e6));
        measure("the same page again", "/?page=%d", 0);
        measure("another page", "/?page=%d", 1);
        measure("another filter, ranks made anew", "/?recovery=%d", 1);
        measure("every task a column", "/?columns=tasks&page=%d", 1);
    }

    /** @param step how much the number in the address grows from request to request */
    private void measure(String what, String address, int step) throws Exception {
        for (int i = 0; i < REQUESTS; i++) {
            page(address.formatted(i * step));
        }
        var milliseconds = new double[REQUESTS];
        int length = 0;
        var threads = ManagementFactory.getThreadMXBean();
        long processor = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < REQUESTS; i++) {
            String asked = address.formatted((REQUESTS + i) * step);
            long start = System.nanoTime();
            length = page(asked).length();
            milliseconds[i] = (System.nanoTime() - start) / 1e6;
        }
        double cpu = (threads.getCurrentThreadCpuTime() - processor) / 1e6 / REQUESTS;
        Arrays.sort(milliseconds);
        LoggerFactory.getLogger(getClass()).warn("{} rows, {}: median {} ms, fastest {} ms, {} ms of processor time, {} kB", ROWS, what,
                Math.round(milliseconds[REQUESTS / 2]), Math.round(milliseconds[0]), Math.round(cpu), length / 1000);
        assertThat(milliseconds[0]).as(what).isLessThan(200);
    }

    private String page(String address) throws Exception {
        var response = http.perform(get(address)).andReturn().getResponse();
        assertThat(response.getStatus()).isEqualTo(200);
        return response.getContentAsString();
    }
}
