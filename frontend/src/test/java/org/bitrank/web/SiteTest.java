package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pages and resources over the real service on an embedded database, with the rows of a study; nothing is run. All classes of
 * such tests share one application.
 */
@SpringBootTest(classes = {BitRankApplication.class, SiteTest.SampleConfiguration.class})
@AutoConfigureMockMvc
abstract class SiteTest {
    static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    MockMvc http;

    /** The row of the unquantized model; the others follow it. */
    long base;

    /** Rows that are recorded when the first test asks for them, after whatever the application does at its start. */
    record Sample(long base) {}

    @TestConfiguration(proxyBeanMethods = false)
    static class SampleConfiguration {
        @Bean
        @Lazy
        Sample sample(ResultRecorder recorder, ServiceSettings settings, Pictures pictures) {
            var sample = new Sample(SampleRows.study(recorder));
            SampleRows.records(settings, pictures);
            return sample;
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path home = Files.createTempDirectory("bitrank-pages-");
        registry.add("bitrank.home", home::toString);
        registry.add("bitrank.worker-enabled", () -> false);
        registry.add("bitrank.reference-suite", () -> false);
    }

    @BeforeEach
    void rows(@Autowired Sample sample) {
        base = sample.base();
    }

    String page(String address) throws Exception {
        return body(get(address));
    }

    JsonNode json(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        return JSON.readTree(body(request));
    }

    int status(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        return http.perform(host(request)).andReturn().getResponse().getStatus();
    }

    String body(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        MvcResult result = http.perform(host(request)).andReturn();
        assertThat(result.getResponse().getStatus()).as(result.getRequest().getRequestURI()).isEqualTo(200);
        return result.getResponse().getContentAsString(StandardCharsets.UTF_8);
    }

    static <B extends AbstractMockHttpServletRequestBuilder<B>> AbstractMockHttpServletRequestBuilder<?> host(AbstractMockHttpServletRequestBuilder<B> request) {
        return request.header("Host", "localhost:8080");
    }
}
