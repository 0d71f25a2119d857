package org.bitrank.web.items;

import java.time.Duration;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.picture.Pictures.Picture;
import org.bitrank.web.errors.MissingPage;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pictures that items show. */
@Controller
class PictureController {
    private final Pictures pictures;

    PictureController(Pictures pictures) {
        this.pictures = pictures;
    }

    @GetMapping("/pictures/{sha256:[0-9a-f]{64}}")
    ResponseEntity<Resource> picture(@PathVariable String sha256) {
        Picture picture = pictures.find(sha256).orElseThrow(() -> new MissingPage("There is no picture " + sha256 + "."));
        // What a checksum names never changes.
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(picture.mediaType()))
                .eTag('"' + sha256 + '"')
                .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                .body(new FileSystemResource(picture.file()));
    }
}
