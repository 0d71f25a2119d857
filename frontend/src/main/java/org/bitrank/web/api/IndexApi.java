package org.bitrank.web.api;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Where whoever knows nothing but {@code /api/v1} finds the rest: made of the mappings themselves, so that it misses none. */
@RestController
@Tag(name = "index")
class IndexApi {
    static final String ROOT = "/api/v1";

    /**
     * @param description address of the OpenAPI description, with parameters, bodies and answers
     * @param resources in the order of their addresses
     */
    record Index(String title, String description, List<Resource> resources) {}

    /** @param address with parts to fill in in braces: {@code /api/v1/results/{id}} */
    record Resource(String method, String address, String summary) {}

    private final RequestMappingHandlerMapping mappings;

    IndexApi(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings) {
        this.mappings = mappings;
    }

    @GetMapping(ROOT)
    @Operation(summary = "What is here")
    Index index() {
        return new Index("BitRank", "/v3/api-docs", mappings.getHandlerMethods().entrySet().stream()
                .flatMap(mapping -> resources(mapping.getKey(), mapping.getValue()))
                .sorted(Comparator.comparing(Resource::address).thenComparing(Resource::method).thenComparing(Resource::summary))
                .toList());
    }

    private static Stream<Resource> resources(RequestMappingInfo mapping, HandlerMethod handler) {
        Operation operation = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Operation.class);
        return mapping.getPatternValues().stream()
                .filter(address -> address.startsWith(ROOT + "/"))
                .flatMap(address -> mapping.getMethodsCondition().getMethods().stream().map(method ->
                        // A pattern's own expressions are of no use to readers.
                        new Resource(method.name(), address.replaceAll("\\{(\\w+):[^/]*}", "{$1}"), operation == null ? "" : operation.summary())));
    }
}
