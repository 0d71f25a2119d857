package org.bitrank.web.methods;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.MissingPage;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "methods")
class MethodApi {
    @GetMapping("/api/v1/methods")
    @Operation(summary = "Methods, with the JSON Schema of a recipe for each")
    Listing<MethodView> methods(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
        return Listing.page(MethodRegistry.all().stream().map(MethodView::of).toList(), page, size);
    }

    @GetMapping("/api/v1/methods/{name}")
    @Operation(summary = "One method")
    MethodView method(@PathVariable String name) {
        return MethodRegistry.find(name).map(MethodView::of).orElseThrow(() -> new MissingPage("There is no method '" + name + "'."));
    }
}
