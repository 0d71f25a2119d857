package org.bitrank.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a processor's settings, in the words of transformers ({@code preprocessor_config.json}) and of the original LLaVA code,
 * which has none of its own and says in {@code config.json} what is done before CLIP's processor ({@code image_aspect_ratio}).
 */
final class ProcessorReader {
    private static final String FILE = "preprocessor_config.json";
    private static final Set<String> SHORTEST_EDGE =
            Set.of("CLIPImageProcessor", "CLIPFeatureExtractor", "LlavaImageProcessor", "LlavaNextImageProcessor");
    private static final Set<String> FIXED_SIZE = Set.of("SiglipImageProcessor");
    private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
    private static final double[] CLIP_DEVIATION = {0.26862954, 0.26130258, 0.27577711};
    private static final double[] SIGLIP_MEAN = {0.5, 0.5, 0.5};
    private static final double[] NOTHING_SUBTRACTED = {0, 0, 0};
    private static final double[] NOTHING_DIVIDED = {1, 1, 1};

    private final ObjectNode fields;
    private final ObjectNode config;
    private final int imageSize;

    private ProcessorReader(ObjectNode fields, ObjectNode config, int imageSize) {
        this.fields = fields;
        this.config = config;
        this.imageSize = imageSize;
    }

    static ProcessorSettings read(ObjectNode preprocessor, ObjectNode config, int imageSize) {
        ObjectNode fields = preprocessor == null ? JsonNodeFactory.instance.objectNode() : preprocessor;
        // processor_config.json of transformers 5 holds it one level down.
        if (fields.get("image_processor") instanceof ObjectNode inner) {
            fields = inner;
        }
        return new ProcessorReader(fields, config, imageSize).read();
    }

    private ProcessorSettings read() {
        boolean fixedSize = isFixedSize();
        boolean resized = flag("do_resize", true);
        boolean normalized = flag("do_normalize", true);
        JsonNode size = fields.get("size");
        int shortestEdge = 0;
        ImageSize fixed = null;
        if (resized && (size == null || size.isIntegralNumber())) {
            int side = size == null ? imageSize : whole(size, "size");
            shortestEdge = fixedSize ? 0 : side;
            fixed = fixedSize ? new ImageSize(side, side) : null;
        } else if (resized && size.has("shortest_edge") && !size.has("longest_edge")) {
            shortestEdge = whole(size.get("shortest_edge"), "size.shortest_edge");
        } else if (resized) {
            fixed = heightAndWidth(size, "size");
        }
        ImageSize crop = flag("do_center_crop", !fixedSize) ? crop() : null;
        List<ImageSize> resolutions = resolutions();
        String aspect = aspect();
        checkSize(crop != null ? crop : fixed);
        return new ProcessorSettings(
                imageSize,
                filter(),
                aspect.equals("pad") || (kind().equals("LlavaImageProcessor") && flag("do_pad", false)),
                shortestEdge,
                fixed,
                crop,
                flag("do_rescale", true) ? number("rescale_factor", 1.0 / 255) : 1,
                normalized ? numbers("image_mean", fixedSize ? SIGLIP_MEAN : CLIP_MEAN) : NOTHING_SUBTRACTED,
                normalized ? numbers("image_std", fixedSize ? SIGLIP_MEAN : CLIP_DEVIATION) : NOTHING_DIVIDED,
                resolutions);
    }

    private boolean isFixedSize() {
        String kind = kind();
        if (kind.isEmpty()) {
            return config.path("vision_config").path("model_type").asString("").startsWith("siglip")
                    || config.path("mm_vision_tower").asString("").contains("siglip");
        }
        if (!SHORTEST_EDGE.contains(kind) && !FIXED_SIZE.contains(kind)) {
            throw BitRankException.unsupported(FILE + ": " + kind + " is not read; CLIP's, SigLIP's, LLaVA's and LLaVA-NeXT's are");
        }
        return FIXED_SIZE.contains(kind);
    }

    /** The processor's name without what says how it is implemented; empty where the checkpoint has none. */
    private String kind() {
        String key = fields.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        return fields.path(key).asString("").replaceFirst("(Fast|Pil)$", "");
    }

    /** What the original code does with pictures that are not square; empty for a checkpoint of transformers. */
    private String aspect() {
        String aspect = config.path("image_aspect_ratio").asString("");
        if (!Set.of("", "square", "pad", "anyres").contains(aspect)) {
            throw BitRankException.unsupported("config.json: image_aspect_ratio " + aspect + " is not read; square, pad and anyres are");
        }
        return aspect;
    }

    private List<ImageSize> resolutions() {
        boolean original = aspect().equals("anyres");
        if (!original && !kind().equals("LlavaNextImageProcessor") && !config.path("model_type").asString("").equals("llava_next")) {
            return List.of();
        }
        String where = fields.has("image_grid_pinpoints") ? FILE : "config.json";
        JsonNode pairs = (where.equals(FILE) ? fields : config).path("image_grid_pinpoints");
        if (where.equals(FILE) && config.has("image_grid_pinpoints") && !original && !pairs.equals(config.get("image_grid_pinpoints"))) {
            throw BitRankException.badInput(FILE + " and config.json differ in image_grid_pinpoints; make them equal");
        }
        if (!pairs.isArray() || pairs.isEmpty()) {
            throw BitRankException.unsupported(where + ": image_grid_pinpoints must be a list of sizes, not " + pairs);
        }
        var resolutions = new ArrayList<ImageSize>();
        for (JsonNode pair : pairs) {
            int first = whole(pair.path(0), "image_grid_pinpoints");
            int second = whole(pair.path(1), "image_grid_pinpoints");
            // The original code says width first.
            var resolution = original ? new ImageSize(second, first) : new ImageSize(first, second);
            if (first % imageSize != 0 || second % imageSize != 0) {
                throw BitRankException.badInput(where + ": the resolution " + resolution + " is no multiple of the tower's " + imageSize);
            }
            resolutions.add(resolution);
        }
        return List.copyOf(resolutions);
    }

    private void checkSize(ImageSize made) {
        if (made == null) {
            throw BitRankException.unsupported(FILE + " makes pictures of no fixed size; a tower takes " + imageSize + "x" + imageSize);
        }
        if (made.height() != imageSize || made.width() != imageSize) {
            throw BitRankException.badInput(
                    FILE + " makes pictures of " + made + ", the vision tower takes " + imageSize + "x" + imageSize);
        }
    }

    private Resampling filter() {
        JsonNode number = fields.path("resample");
        Resampling filter = number.isMissingNode() ? Resampling.BICUBIC : Resampling.numbered(number.asInt(-1));
        if (filter == null) {
            throw BitRankException.unsupported(FILE + ": resample " + number + " is not read; 2 (bilinear) and 3 (bicubic) are");
        }
        return filter;
    }

    private ImageSize crop() {
        JsonNode crop = fields.get("crop_size");
        if (crop == null || crop.isIntegralNumber()) {
            int side = crop == null ? imageSize : whole(crop, "crop_size");
            return new ImageSize(side, side);
        }
        return heightAndWidth(crop, "crop_size");
    }

    private static ImageSize heightAndWidth(JsonNode size, String name) {
        if (!size.has("height") || !size.has("width")) {
            throw BitRankException.unsupported(FILE + ": " + name + " " + size + " is not read; shortest_edge, or height and width are");
        }
        return new ImageSize(whole(size.get("height"), name + ".height"), whole(size.get("width"), name + ".width"));
    }

    private static int whole(JsonNode value, String name) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > 1 << 14) {
            throw BitRankException.badInput(FILE + ": " + name + " must be a whole number of pixels, 1 to 16384, not " + value);
        }
        return value.intValue();
    }

    private boolean flag(String name, boolean otherwise) {
        JsonNode value = fields.path(name);
        return value.isBoolean() ? value.booleanValue() : otherwise;
    }

    private double number(String name, double otherwise) {
        JsonNode value = fields.path(name);
        return value.isNumber() ? value.doubleValue() : otherwise;
    }

    private double[] numbers(String name, double[] otherwise) {
        JsonNode values = fields.path(name);
        if (values.isMissingNode() || values.isNull()) {
            return otherwise;
        }
        if (!values.isArray() || values.size() != 3 || !values.get(0).isNumber() || !values.get(1).isNumber() || !values.get(2).isNumber()) {
            throw BitRankException.badInput(FILE + ": " + name + " must be three numbers, not " + values);
        }
        return new double[] {values.get(0).doubleValue(), values.get(1).doubleValue(), values.get(2).doubleValue()};
    }
}
