package org.bitrank.web.api;

import io.swagger.v3.oas.models.OpenAPI;

/** Describes what the signatures of some handlers do not say; what all have in common is added behind it. */
public interface ApiPart {
    void describe(OpenAPI api);
}
