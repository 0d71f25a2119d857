package org.bitrank.web.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.service.submission.Submissions;
import org.bitrank.web.api.ApiPart;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * One address takes recipes and checkpoints, by two handlers, whose signatures would be put together to a request that neither
 * takes. A recipe has the schema that its method has.
 */
@Component
class SubmissionDescription implements ApiPart {
    static final String ADDRESS = "/api/v1/submissions";

    @Override
    public void describe(OpenAPI api) {
        api.getComponents().addSchemas("Recipe", recipe(api)).addSchemas("CheckpointForm", checkpoint());
        Operation operation = api.getPaths().get(ADDRESS).getPost();
        operation.summary("Send a recipe or a checkpoint")
                .description("As JSON a recipe, which is carried out and measured; as a form a checkpoint that somebody quantized, which is measured. Both against the unquantized model. "
                        + "The parameters say what is measured and how; a form may have them among its fields. The same thing sent twice gives the first one's address.")
                .operationId("submit")
                .parameters(parameters())
                .requestBody(new RequestBody().required(true).content(new Content()
                        .addMediaType("application/json", json())
                        .addMediaType("multipart/form-data", new MediaType().schema(reference("CheckpointForm")))))
                .responses(responses());
    }

    private static Schema<?> reference(String name) {
        return new Schema<>().$ref("#/components/schemas/" + name);
    }

    private static Schema<?> recipe(OpenAPI api) {
        var recipe = new JsonSchema();
        var discriminator = new Discriminator().propertyName("method");
        for (QuantizationMethod<?> method : MethodRegistry.all()) {
            String name = "Recipe-" + method.name();
            api.getComponents().addSchemas(name, schema(method));
            recipe.addOneOfItem(reference(name));
            discriminator.mapping(method.name(), "#/components/schemas/" + name);
        }
        recipe.discriminator(discriminator).description("What to do to a model: one schema for each method; GET /api/v1/methods/{name} has it alone.");
        return recipe;
    }

    private static Schema<?> schema(QuantizationMethod<?> method) {
        ObjectNode schema = method.jsonSchema().deepCopy();
        // Of a document by itself; this one says it for all.
        schema.remove("$schema");
        try {
            return Json31.mapper().readValue(schema.toString(), Schema.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema of " + method.name() + " is no JSON", e);
        }
    }

    private static MediaType json() {
        return new MediaType().schema(reference("Recipe"))
                .addExamples("rounding to 4 bits", new Example().value(Map.of("model", "reference/micro-llama", "method", "rtn", "weights", Map.of("bits", 4, "group-size", 64))))
                .addExamples("GPTQ with its calibration", new Example().value(Map.of(
                        "model", "reference/micro-llama", "method", "gptq", "weights", Map.of("bits", 3, "group-size", 64), "options", Map.of("act-order", true),
                        "calibration", Map.of("dataset", "reference", "samples", 32, "sequence-length", 256))));
    }

    private static Schema<?> checkpoint() {
        return new ObjectSchema()
                .addProperty("base", new StringSchema().description("The unquantized model to compare with: catalogue id, hub id or directory."))
                .addProperty("upload", new StringSchema().format("binary").description("A tar, tar.gz or zip of a directory in Hugging Face layout, or a GGUF file."))
                .addProperty("location", new StringSchema().description("Instead of upload: a hub id (hf://owner/name[@revision]), or a path on the server."))
                .addProperty("title", new StringSchema().description("What the row is called; without it, after its format."))
                .required(List.of("base"))
                .description("Exactly one of upload and location.")
                .addOneOfItem(new Schema<>().required(List.of("upload")))
                .addOneOfItem(new Schema<>().required(List.of("location")));
    }

    private static List<Parameter> parameters() {
        return List.of(
                parameter("suite", new StringSchema(), "What is measured: a suite of /api/v1/suites; without it the model's own."),
                parameter("tasks", new StringSchema(), "Instead of a suite: names with commas; name=16 takes the first 16 documents of that one.").example("wikitext2_gptq=16,piqa=200"),
                parameter("limit", new IntegerSchema().minimum(BigDecimal.ONE), "The first so many documents of each task that has no limit of its own."),
                parameter("chat-template", words(ChatSettings.templates()),
                        "How questions are put: auto (those with pictures as the model's own template says), true, false, or a conversation of the original LLaVA code."),
                parameter("picture-tokens", words(AnyResolution.Rounding.labels()), "Whose rule counts the tokens of LLaVA-NeXT's pictures."),
                parameter("repeats", new IntegerSchema().minimum(BigDecimal.ONE).maximum(BigDecimal.valueOf(Submissions.MOST_REPEATS))._default(1),
                        "Of recipes alone: runs with as many seeds of calibration, which the board shows as one row with its spread."));
    }

    private static Parameter parameter(String name, Schema<?> schema, String description) {
        return new QueryParameter().name(name).required(false).schema(schema).description(description);
    }

    private static StringSchema words(List<String> words) {
        var schema = new StringSchema();
        words.forEach(schema::addEnumItem);
        schema.setDefault(words.getFirst());
        return schema;
    }

    private static ApiResponses responses() {
        var accepted = new ApiResponse().description("It waits for its turn, or was sent before.")
                .addHeaderObject("Location", new Header().description("The submission's address.").schema(new StringSchema()))
                .content(new Content().addMediaType("application/json", new MediaType().schema(reference("SubmissionStatus"))));
        var responses = new ApiResponses();
        responses.addApiResponse("202", accepted);
        responses.addApiResponse("413", new ApiResponse().description("The upload is larger than this server takes."));
        responses.addApiResponse("415", new ApiResponse().description("The body is neither JSON nor a form."));
        responses.addApiResponse("502", new ApiResponse().description("The hub that a model or a data set is on gave no answer; the same may be sent again."));
        responses.addApiResponse("503", new ApiResponse().description("The server has no room or is not well; its operator must act."));
        responses.addApiResponse("507", new ApiResponse().description("The server's disk is full; its operator must act."));
        return responses;
    }
}
