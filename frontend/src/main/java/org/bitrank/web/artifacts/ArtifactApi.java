package org.bitrank.web.artifacts;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.artifact.Artifacts;
import org.bitrank.web.errors.MissingPage;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "artifacts")
class ArtifactApi {
    private final Artifacts artifacts;

    ArtifactApi(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    @GetMapping("/api/v1/artifacts/{sha256:[0-9a-f]{64}}")
    @Operation(
            summary = "An artifact as one tar archive",
            description = "Named by the SHA-256 of the archive; SHA256SUMS inside has that of each file. HEAD and ranges are answered.")
    @ApiResponse(responseCode = "200", description = "The whole archive.", content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "206", description = "The range asked for.", content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "416", description = "There is no such range.")
    ResponseEntity<Resource> artifact(@PathVariable String sha256, @RequestHeader(name = HttpHeaders.IF_RANGE, required = false) String ifRange) throws IOException {
        Artifact artifact = artifacts.find(sha256).orElseThrow(() -> new MissingPage("There is no artifact " + sha256 + "."));
        // What a checksum names never changes, so that a copy is good for ever.
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/x-tar"))
                .eTag('"' + sha256 + '"')
                .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePrivate().immutable())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + artifact.fileName() + "\"")
                .header("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)) + ":")
                .contentLength(artifact.bytes())
                .body(whole(sha256, ifRange) ? new InputStreamResource(Files.newInputStream(artifact.path())) : new FileSystemResource(artifact.path()));
    }

    /** Whoever has the beginning of something else gets all, not the rest. Spring answers ranges of files and does not look at If-Range. */
    private static boolean whole(String sha256, String ifRange) {
        return ifRange != null && !ifRange.strip().equals('"' + sha256 + '"');
    }
}
