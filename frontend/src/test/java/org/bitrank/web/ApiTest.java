package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder;
import tools.jackson.databind.JsonNode;

/** What programs meet: where they begin, and how they learn that they asked for something else than they meant. */
class ApiTest extends SiteTest {
    private JsonNode refused(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        MvcResult answer = http.perform(host(request)).andReturn();
        assertThat(answer.getResponse().getStatus()).as(answer.getResponse().getContentAsString()).isEqualTo(400);
        assertThat(answer.getResponse().getContentType()).startsWith("application/problem+json");
        return JSON.readTree(answer.getResponse().getContentAsString()).get("fields");
    }

    @Test
    void theRootTellsWhatIsThere() throws Exception {
        JsonNode index = json(get("/api/v1"));
        assertThat(index.get("resources").valueStream().map(one -> one.get("method").asString() + " " + one.get("address").asString()))
                .contains("GET /api/v1/results", "GET /api/v1/results/{id}", "POST /api/v1/submissions", "GET /api/v1/artifacts/{sha256}", "GET /api/v1/methods");
        assertThat(index.get("resources").valueStream()).allSatisfy(one -> assertThat(one.get("summary").asString()).isNotBlank());
        assertThat(status(get(index.get("description").asString()))).isEqualTo(200);
        index.get("resources").forEach(one -> {
            String address = one.get("address").asString();
            if (one.get("method").asString().equals("GET") && !address.contains("{") && !address.endsWith("/comparisons")) {
                assertThat(address).satisfies(plain -> assertThat(status(get(plain))).isEqualTo(200));
            }
        });
    }

    @Test
    void whatMeansNothingIsRefusedWithWhatWould() throws Exception {
        JsonNode fields = refused(get("/api/v1/results?sort=bogus&page=-1&size=0&method=gtpq&model=nobody/nothing&suite=odd&provenance=guessed&order=up&metod=rtn"));
        assertThat(fields.propertyNames()).containsExactlyInAnyOrder("sort", "page", "size", "method", "model", "suite", "provenance", "order", "metod");
        assertThat(fields.get("sort").asString()).contains("'bogus' is no column; there are rank, model,").contains("effective-bits").contains("task.metric");
        assertThat(fields.get("size").asString()).contains("1 to 500");
        assertThat(fields.get("method").asString()).contains("did you mean gptq?").contains("awq");
        assertThat(fields.get("metod").asString()).contains("did you mean method?");
        assertThat(fields.get("provenance").asString()).contains("measured or published");
        for (String file : new String[] {"/api/v1/results.csv?sort=bogus", "/api/v1/results.json?model=nobody/nothing", "/api/v1/queue?size=501", "/api/v1/models?page=-1",
            "/api/v1/results/" + base + "/items/piqa?size=0", "/api/v1/models?sise=3", "/api/v1/analyses/factors?score=bogus", "/api/v1/analyses/scaling?rows=measured/none"}) {
            assertThat(refused(get(file)).size()).as(file).isEqualTo(1);
        }
        // What is known but has no row yet is no mistake: programs wait for it.
        assertThat(json(get("/api/v1/results?model=reference/micro-llava&method=quip&bits=7")).get("total").asInt()).isZero();
        assertThat(json(get("/api/v1/results?sort=piqa.acc&page=900")).get("items")).isEmpty();
    }

    @Test
    void whatBelongsIntoTheAddressIsSaidToBelongThere() throws Exception {
        JsonNode fields = refused(post("/api/v1/submissions").contentType(MediaType.APPLICATION_JSON)
                .content("{\"model\": \"reference/micro-llama\", \"method\": \"rtn\", \"tasks\": \"micro_text=2\", \"suite\": [\"reference\"], \"limit\": 3}"));
        assertThat(fields.propertyNames()).containsExactlyInAnyOrder("tasks", "suite", "limit");
        assertThat(fields.get("tasks").asString()).isEqualTo("is a parameter of the address and no part of the recipe: POST /api/v1/submissions?tasks=micro_text=2");
        assertThat(fields.get("limit").asString()).endsWith("?limit=3");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() throws Exception {
        JsonNode recipe = refused(post("/api/v1/submissions?limit=few&chat-template=odd&repeats=99").contentType(MediaType.APPLICATION_JSON)
                .content("{\"model\": \"nobody/nothing\", \"method\": \"gptq\", \"weights\": {\"bits\": 77}}"));
        assertThat(recipe.propertyNames()).containsExactlyInAnyOrder("limit", "chat-template", "repeats", "model", "weights.bits");
        JsonNode checkpoint = refused(multipart("/api/v1/submissions").param("base", "nobody/nothing").param("limit", "few").param("suite", "odd"));
        assertThat(checkpoint.propertyNames()).containsExactlyInAnyOrder("base", "limit", "suite", "checkpoint");
    }
}
