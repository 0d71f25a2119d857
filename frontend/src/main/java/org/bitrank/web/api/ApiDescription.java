package org.bitrank.web.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MapSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.math.BigDecimal;
import java.util.List;
import org.bitrank.web.Listing;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What the signatures of handlers do not say: how a failure is told, and the bounds of pages. */
@Component
class ApiDescription implements OpenApiCustomizer {
    private static final String PROBLEM = "Problem";

    private final List<ApiPart> parts;

    ApiDescription(List<ApiPart> parts) {
        this.parts = parts;
        // JSON that goes through as it is.
        SpringDocUtils.getConfig().replaceWithSchema(JsonNode.class, new ObjectSchema());
    }

    @Override
    public void customise(OpenAPI api) {
        api.info(new Info().title("BitRank").version("v1").description(
                "What quantized models lose and what they save. Lists are {items, total, page, size}; a failure is a problem (RFC 9457) that says what is wrong and what to do next. "
                        + "A statistic that is not defined is the string NaN; a figure that is not known is null or absent."));
        api.getComponents().addSchemas(PROBLEM, problem());
        // Springdoc calls several customizers in no order.
        parts.forEach(part -> part.describe(api));
        api.getPaths().forEach((address, path) -> path.readOperations().forEach(operation -> describe(address, operation)));
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("title", new StringSchema().description("The kind of failure, in words."))
                .addProperty("status", new IntegerSchema().description("The status of the answer."))
                .addProperty("detail", new StringSchema().description("What is wrong, and where."))
                .addProperty("next", new StringSchema().description("Who does what about it."))
                .addProperty("fields", new MapSchema().additionalProperties(new StringSchema())
                        .description("What is wrong with each field of a recipe (weights.bits), a form or the address; all of it at once. Absent where no field is to blame."))
                .required(List.of("title", "status", "detail"));
    }

    private static void describe(String address, Operation operation) {
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        parameters.forEach(ApiDescription::bound);
        ApiResponses responses = operation.getResponses();
        // A parameter that is not known is refused too.
        responses.putIfAbsent("400", new ApiResponse().description("A parameter or the body cannot be what it is; fields tells which, and what is allowed."));
        if (address.contains("{")) {
            responses.putIfAbsent("404", new ApiResponse().description("There is nothing of that name."));
        }
        responses.putIfAbsent("default", new ApiResponse().description("Any other failure."));
        responses.forEach((status, response) -> {
            if (!status.startsWith("2")) {
                response.content(new Content().addMediaType("application/problem+json", new MediaType().schema(new Schema<>().$ref(PROBLEM))));
            }
        });
    }

    private static void bound(Parameter parameter) {
        Schema<?> schema = parameter.getSchema();
        boolean number = schema != null && schema.getDefault() instanceof Number;
        if (number && parameter.getName().equals("page")) {
            schema.minimum(BigDecimal.ZERO);
            parameter.description("Counts from 0; behind the last page there are no items.");
        } else if (number && parameter.getName().equals("size")) {
            schema.minimum(BigDecimal.ONE).maximum(schema.getMaximum() == null ? BigDecimal.valueOf(Listing.MOST) : schema.getMaximum());
            parameter.description("Items of a page.");
        }
    }
}
