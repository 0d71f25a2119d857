package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AnyResolutionTest {
    @Test
    void countsTheTokensOfEverySizeByBothRules() throws IOException {
        JsonNode counts = Fixtures.json(SharedFiles.path("fixtures/hf/multimodal/anyres_counts.json"));
        int tile = counts.get("tile").intValue();
        int side = tile / counts.get("patch").intValue();
        var resolutions = new ArrayList<ImageSize>();
        for (JsonNode pair : counts.get("pinpoints_h_w")) {
            resolutions.add(new ImageSize(pair.get(0).intValue(), pair.get(1).intValue()));
        }
        int differing = 0;
        for (JsonNode row : counts.get("rows")) {
            var picture = new ImageSize(row.get("h").intValue(), row.get("w").intValue());
            ImageSize best = AnyResolution.choose(picture, resolutions);
            assertThat(best).as(picture.toString()).isEqualTo(size(row.get("best_w_h"))).isEqualTo(size(row.get("original_best_w_h")));
            int tokens = AnyResolution.tokens(picture, best, tile, side, AnyResolution.Rounding.SEVEN_DECIMALS);
            int original = AnyResolution.tokens(picture, best, tile, side, AnyResolution.Rounding.TRUNCATION);
            assertThat(tokens).as(picture.toString()).isEqualTo(row.get("tokens").intValue());
            assertThat(original).as(picture.toString()).isEqualTo(row.get("original_tokens").intValue());
            differing += tokens == original ? 0 : 1;
        }
        assertThat(counts.get("rows").size()).isGreaterThan(40);
        assertThat(differing).isPositive();
    }

    @Test
    void cropsThePaddingEquallyOnBothSides() {
        assertThat(AnyResolution.unpad(4, 4, new ImageSize(10, 5), AnyResolution.Rounding.TRUNCATION))
                .isEqualTo(new AnyResolution.Crop(0, 1, 4, 2));
        assertThat(AnyResolution.unpad(4, 4, new ImageSize(5, 10), AnyResolution.Rounding.TRUNCATION))
                .isEqualTo(new AnyResolution.Crop(1, 0, 2, 4));
    }

    @Test
    void ofEqualResolutionsTheFirstIsTaken() {
        var sizes = List.of(new ImageSize(336, 672), new ImageSize(672, 336));
        assertThat(AnyResolution.choose(new ImageSize(1, 1), sizes)).isEqualTo(sizes.get(0));
    }

    private static ImageSize size(JsonNode widthAndHeight) {
        return new ImageSize(widthAndHeight.get(1).intValue(), widthAndHeight.get(0).intValue());
    }
}
