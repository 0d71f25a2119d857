package org.bitrank.engine.model;

import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.image.ImageDecoder;
import org.bitrank.engine.image.ImageProcessor;
import org.bitrank.engine.image.ImageSize;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.ProcessedImage;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model is shown of a picture file, and how many tokens that is. Needs no weights. Settings are read when the first
 * picture comes, so that a model whose processor is not here can still be used for text.
 */
public final class PictureReader {
    private static final String PINPOINTS = "image_grid_pinpoints";
    /** As in transformers: height first. */
    private static final int[][] USUAL_PINPOINTS = {{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}};

    private final VisionConfig config;
    private final ObjectNode preprocessor;
    private final ObjectNode modelConfig;
    private ImageProcessor processor;

    private PictureReader(VisionConfig config, ObjectNode preprocessor, ObjectNode modelConfig) {
        this.config = config;
        this.preprocessor = preprocessor;
        this.modelConfig = modelConfig;
    }

    /** @param vision how the checkpoint's model is shown pictures */
    public static PictureReader of(Checkpoint checkpoint, VisionConfig vision) {
        ObjectNode preprocessor = checkpoint.preprocessorConfig().orElse(null);
        ObjectNode config = checkpoint.config();
        boolean silent = !config.has(PINPOINTS) && (preprocessor == null || !preprocessor.has(PINPOINTS));
        if (silent && vision.merge() == VisionConfig.PatchMerge.SPATIAL_UNPAD) {
            var pinpoints = config.putArray(PINPOINTS);
            for (int[] pinpoint : USUAL_PINPOINTS) {
                pinpoints.addArray().add(pinpoint[0]).add(pinpoint[1]);
            }
        }
        return new PictureReader(vision, preprocessor, config);
    }

    /** Decodes the picture and forgets it, so that a broken file is found before anything runs. */
    public void check(ImageSource image) {
        ImageDecoder.decode(image);
    }

    /** How many tokens the model makes of a picture. The file's header tells; what lies behind it may be broken, see {@link #check}. */
    public int tokens(ImageSource image) {
        ImageSize size = size(image);
        return PictureRows.of(config, size, processor().resolution(size)).length;
    }

    /** How many tiles {@link #read} makes of a picture; the file's header tells likewise. */
    public int tiles(ImageSource image) {
        return processor().tiles(size(image));
    }

    /** The picture's tiles. */
    public ProcessedImage read(ImageSource image) {
        return processor().process(ImageDecoder.decode(image));
    }

    private static ImageSize size(ImageSource image) {
        return ImageDecoder.size(image, ImageDecoder.Orientation.HEEDED);
    }

    private synchronized ImageProcessor processor() {
        if (processor == null) {
            processor = ImageProcessor.of(preprocessor, modelConfig, config.tower().imageSize());
        }
        return processor;
    }
}
