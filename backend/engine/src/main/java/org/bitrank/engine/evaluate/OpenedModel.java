package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Checksums;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.ModelNotes;
import org.bitrank.engine.model.PictureReader;
import org.bitrank.engine.model.VisualEmbeddings;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.Backend;

/**
 * A checkpoint with its config and tokenizer; its weights are not loaded yet.
 *
 * @param reader of pictures, or null for a model that reads text alone
 * @param pictures that the model is shown in this run, or null likewise
 */
record OpenedModel(
        Path path, Checkpoint checkpoint, ModelConfig config, Tokenizer tokenizer, PictureReader reader, PictureTokens pictures)
        implements AutoCloseable {
    static OpenedModel open(Path path) {
        return open(path, AnyResolution.Rounding.SEVEN_DECIMALS);
    }

    /** @param rounding how pictures of any resolution are counted in tokens */
    static OpenedModel open(Path path, AnyResolution.Rounding rounding) {
        Checkpoint checkpoint = Checkpoint.open(path);
        try {
            ModelConfig config = ModelConfig.of(checkpoint).with(rounding);
            PictureReader reader = config.vision() == null ? null : PictureReader.of(checkpoint, config.vision());
            PictureTokens pictures = reader == null ? null : new PictureTokens(reader::tokens);
            return new OpenedModel(path, checkpoint, config, Tokenizer.of(checkpoint), reader, pictures);
        } catch (Throwable failure) {
            checkpoint.close();
            throw failure;
        }
    }

    PairEncoder encoder(BosPolicy bos, Integer maxLength) {
        return new PairEncoder(tokenizer, bos, maxLength == null ? config.maxPositions() : maxLength, pictures);
    }

    /** The model, whose tower is loaded with the first picture. */
    CausalLM load(Backend backend) {
        WeightSource weights = checkpoint.weights();
        return pictures == null
                ? CausalLM.load(config, weights, backend)
                : CausalLM.load(config, weights, backend, VisualEmbeddings.of(config, weights, reader, pictures, backend));
    }

    /** Whether both are sure to make the same tokens of every text, because their tokenizers' files are the same. */
    boolean sharesTokenizerFiles(OpenedModel other) {
        // Pictures are numbered for each model by itself.
        return pictures == null
                && other.pictures == null
                && checkpoint.tokenizerJson().isPresent()
                && other.checkpoint.tokenizerJson().isPresent()
                && Checksums.sha256(checkpoint.tokenizerJson().get()).equals(Checksums.sha256(other.checkpoint.tokenizerJson().get()))
                && checkpoint.tokenizerConfig().equals(other.checkpoint.tokenizerConfig());
    }

    ModelFacts facts() {
        return new ModelFacts(path.toString(), checkpoint.format(), checkpoint.sha256(), BitAccount.of(checkpoint),
                RuntimeRounding.of(checkpoint), ModelNotes.of(checkpoint));
    }

    @Override
    public void close() {
        tokenizer.close();
        checkpoint.close();
    }
}
