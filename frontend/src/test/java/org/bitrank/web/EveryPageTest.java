package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import org.bitrank.engine.quantize.MethodRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.MvcResult;
import tools.jackson.databind.JsonNode;

/** What holds for the whole site. */
class EveryPageTest extends SiteTest {
    @Test
    void everyPageAnswers() throws Exception {
        for (String address : new String[] {"/", "/submit", "/submit/checkpoint", "/queue", "/methods", "/methods/gptq", "/methods/rtn", "/data", "/studies", "/studies/factors", "/studies/scaling", "/compare", "/about", "/rows/" + base}) {
            assertThat(page(address)).as(address).contains("<h1").contains("</html>");
        }
    }

    @Test
    void theCommandThatSendsARecipeNamesThisServer() throws Exception {
        assertThat(http.perform(get("/about").header("Host", "localhost:8123")).andReturn().getResponse().getContentAsString())
                .contains("curl -X POST http://localhost:8123/api/v1/submissions -H");
    }

    @Test
    void everyMethodHasItsIdeaAndEquation() throws Exception {
        for (String method : MethodRegistry.names()) {
            assertThat(page("/methods/" + method)).as(method).contains("The idea").contains("<math");
        }
    }

    @Test
    void whatIsMissingIsSaidInTheReadersLanguage() throws Exception {
        MvcResult page = http.perform(host(get("/rows/999999"))).andReturn();
        assertThat(page.getResponse().getStatus()).isEqualTo(404);
        assertThat(page.getResponse().getContentAsString()).contains("There is no row 999999.").contains("To the board");
        MvcResult resource = http.perform(host(get("/api/v1/artifacts/" + "0".repeat(64)))).andReturn();
        assertThat(resource.getResponse().getStatus()).isEqualTo(404);
        assertThat(resource.getResponse().getContentType()).startsWith("application/problem+json");
        assertThat(status(get("/api/v1/results?bits=few"))).isEqualTo(400);
        assertThat(status(get("/methods/magic"))).isEqualTo(404);
        assertThat(page("/methods")).contains(" of NormalFloat</a>").contains(" of IR-QLoRA</a>");
        assertThat(page("/methods/icq")).contains("Submit a recipe with ICQ").containsPattern("What the papers print: [1-9]\\d* rows? of IR-QLoRA");
        assertThat(page("/about")).contains("reference/micro-llava");
    }

    @Test
    void theInterfaceDescribesItself() throws Exception {
        JsonNode paths = json(get("/v3/api-docs")).get("paths");
        assertThat(paths.propertyNames()).contains("/api/v1/results", "/api/v1/results.csv", "/api/v1/submissions", "/api/v1/submissions/{id}",
                "/api/v1/artifacts/{sha256}", "/api/v1/methods", "/api/v1/models", "/api/v1/queue", "/api/v1/studies");
    }

    @Test
    void strangersPagesCannotPostHere() throws Exception {
        assertThat(status(post("/queue/1/cancel").header("Origin", "http://evil.example"))).isEqualTo(403);
        assertThat(http.perform(get("/").header("Host", "evil.example")).andReturn().getResponse().getStatus()).isEqualTo(421);
    }
}
