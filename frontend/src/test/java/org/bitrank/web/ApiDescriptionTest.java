package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.quantize.MethodRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MvcResult;
import tools.jackson.databind.JsonNode;

/** The OpenAPI description, held against what is really answered. */
class ApiDescriptionTest extends SiteTest {
    private JsonNode api;

    @BeforeEach
    void read() throws Exception {
        api = json(get("/v3/api-docs"));
    }

    @Test
    void aSubmissionTakesARecipeAsJsonOrACheckpointAsAForm() throws Exception {
        JsonNode operation = api.at("/paths/~1api~1v1~1submissions/post");
        JsonNode content = operation.at("/requestBody/content");
        assertThat(content.propertyNames()).containsExactlyInAnyOrder("application/json", "multipart/form-data");
        assertThat(operation.get("parameters").valueStream().map(parameter -> parameter.get("name").asString()))
                .containsExactlyInAnyOrder("suite", "tasks", "limit", "chat-template", "picture-tokens", "repeats");
        assertThat(operation.get("parameters").valueStream()).noneMatch(parameter -> parameter.path("required").asBoolean());
        JsonNode recipe = resolved(content.at("/application~1json/schema"));
        assertThat(recipe.at("/discriminator/mapping").propertyNames()).containsExactlyInAnyOrderElementsOf(MethodRegistry.names());
        recipe.get("oneOf").forEach(one -> assertThat(resolved(one).get("required").valueStream().map(JsonNode::asString)).containsExactlyInAnyOrder("model", "method"));
        assertThat(resolved(recipe.get("oneOf").get(0)).at("/properties/weights/properties/bits/maximum").isNumber()).isTrue();
        JsonNode form = resolved(content.at("/multipart~1form-data/schema"));
        assertThat(form.get("properties").propertyNames()).containsExactlyInAnyOrder("base", "upload", "location", "title");
        assertThat(form.get("required").valueStream().map(JsonNode::asString)).containsExactly("base");
        assertThat(operation.get("responses").propertyNames()).contains("202", "400", "413", "415", "502").doesNotContain("200");
        assertThat(content.at("/application~1json/examples")).isNotEmpty();
        for (JsonNode example : content.at("/application~1json/examples")) {
            MvcResult answer = http.perform(host(post("/api/v1/submissions?limit=3")).contentType(MediaType.APPLICATION_JSON).content(example.get("value").toString())).andReturn();
            assertThat(answer.getResponse().getStatus()).as(answer.getResponse().getContentAsString()).isEqualTo(202);
            fits(JSON.readTree(answer.getResponse().getContentAsString()), operation.at("/responses/202/content/application~1json/schema"), "202");
            assertThat(status(post(answer.getResponse().getHeader("Location") + "/cancel"))).isEqualTo(202);
        }
        assertThat(api.at("/paths/~1api~1v1~1submissions~1{id}~1cancel/post/responses").propertyNames()).contains("202", "404", "409").doesNotContain("200");
    }

    @Test
    void whatIsAnsweredIsWhatIsDescribed() throws Exception {
        Map<String, String> known = Map.of("{task}", "piqa", "{id}", Long.toString(base), "/methods/{name}", "/methods/gptq", "/studies/{name}", "/studies/" + study());
        var asked = new ArrayList<String>();
        for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
            JsonNode described = path.getValue().path("get").path("responses").path("200").path("content").path("application/json");
            if (described.isMissingNode() || path.getKey().equals("/api/v1/submissions/{id}")) {
                continue;
            }
            String address = path.getKey();
            for (Map.Entry<String, String> part : known.entrySet()) {
                address = address.replace(part.getKey(), part.getValue());
            }
            if (address.endsWith("/comparisons")) {
                address += "?row=" + base + "&row=" + (base + 1);
            }
            fits(json(get(address)), described.get("schema"), address);
            asked.add(path.getKey());
        }
        assertThat(asked).contains("/api/v1", "/api/v1/results", "/api/v1/results/{id}", "/api/v1/results/{id}/items/{task}", "/api/v1/methods", "/api/v1/methods/{name}",
                "/api/v1/comparisons", "/api/v1/analyses/factors", "/api/v1/queue", "/api/v1/studies/{name}");
    }

    @Test
    void failuresAreDescribedAsTheyAre() throws Exception {
        for (JsonNode path : api.get("paths")) {
            for (JsonNode operation : path) {
                assertThat(operation.get("responses").propertyNames()).as(operation.path("operationId").asString()).contains("400", "default");
                assertThat(operation.at("/responses/default/content").propertyNames()).containsExactly("application/problem+json");
            }
        }
        JsonNode schema = api.at("/paths/~1api~1v1~1results/get/responses/400/content/application~1problem+json/schema");
        MvcResult refused = http.perform(host(get("/api/v1/results?size=0"))).andReturn();
        JsonNode problem = JSON.readTree(refused.getResponse().getContentAsString());
        fits(problem, schema, "problem");
        assertThat(problem.propertyNames()).containsAll(resolved(schema).get("required").valueStream().map(JsonNode::asString).toList());
        MvcResult stranger = http.perform(post("/api/v1/submissions").header("Host", "elsewhere.example")).andReturn();
        assertThat(stranger.getResponse().getContentType()).startsWith("application/problem+json");
        fits(JSON.readTree(stranger.getResponse().getContentAsString()), schema, "stranger");
    }

    @Test
    void everyParameterOfTheBoardIsDescribedAndTaken() throws Exception {
        List<JsonNode> parameters = api.at("/paths/~1api~1v1~1results/get/parameters").valueStream().toList();
        assertThat(parameters).extracting(parameter -> parameter.get("name").asString()).contains("method", "sort", "page", "size", "max-gb");
        for (JsonNode parameter : parameters) {
            String name = parameter.get("name").asString();
            JsonNode schema = parameter.get("schema");
            JsonNode values = schema.has("items") ? schema.get("items").path("enum") : schema.path("enum");
            String value = !values.isEmpty() ? values.get(0).asString() : schema.has("default") ? schema.get("default").asString() : null;
            if (value != null) {
                assertThat(status(get("/api/v1/results?" + name + "=" + value))).as(name).isEqualTo(200);
            }
        }
        JsonNode size = parameters.stream().filter(parameter -> parameter.get("name").asString().equals("size")).findFirst().orElseThrow().get("schema");
        assertThat(size.get("minimum").asInt()).isEqualTo(1);
        assertThat(size.get("maximum").asInt()).isEqualTo(500);
    }

    private String study() throws Exception {
        return json(get("/api/v1/studies")).get("items").get(0).get("id").asString();
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? api.at(schema.get("$ref").asString().substring(1)) : schema;
    }

    /** Names and kinds; what may be absent may be null. */
    private void fits(JsonNode value, JsonNode described, String where) {
        JsonNode schema = resolved(described);
        assertThat(schema.isMissingNode() || schema.isEmpty() && described.has("$ref")).as(where + " is not described").isFalse();
        String type = schema.path("type").isArray() ? schema.get("type").get(0).asString() : schema.path("type").asString("");
        // Without a word on it, it may be anything: the schema of a recipe.
        if (value.isNull() || schema.isEmpty()) {
            return;
        }
        switch (type) {
            case "object" -> {
                assertThat(value.isObject()).as(where + " is " + value).isTrue();
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    String inside = where + "." + field.getKey();
                    if (schema.path("properties").has(field.getKey())) {
                        fits(field.getValue(), schema.get("properties").get(field.getKey()), inside);
                    } else if (schema.path("additionalProperties").isObject()) {
                        fits(field.getValue(), schema.get("additionalProperties"), inside);
                    } else {
                        assertThat(schema.has("properties")).as(inside + " is not described").isFalse();
                    }
                }
            }
            case "array" -> {
                assertThat(value.isArray()).as(where + " is " + value).isTrue();
                for (int i = 0; i < value.size(); i++) {
                    fits(value.get(i), schema.get("items"), where + "[" + i + "]");
                }
            }
            case "string" -> assertThat(value.isString()).as(where + " is " + value).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(where + " is " + value).isTrue();
            case "number" -> assertThat(value.isNumber() || value.asString("").equals("NaN")).as(where + " is " + value).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(where + " is " + value).isTrue();
            default -> throw new AssertionError(where + " has no type: " + schema);
        }
    }
}
