package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Checksums;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tokenizer.Tokenizer;

/** A checkpoint with its config and tokenizer; its weights are not loaded yet. */
record OpenedModel(Path path, Checkpoint checkpoint, ModelConfig config, Tokenizer tokenizer) implements AutoCloseable {
    static OpenedModel open(Path path) {
        Checkpoint checkpoint = Checkpoint.open(path);
        try {
            return new OpenedModel(path, checkpoint, ModelConfig.of(checkpoint.config()), Tokenizer.of(checkpoint));
        } catch (Throwable failure) {
            checkpoint.close();
            throw failure;
        }
    }

    PairEncoder encoder(BosPolicy bos, Integer maxLength) {
        return new PairEncoder(tokenizer, bos, maxLength == null ? config.maxPositions() : maxLength);
    }

    /** Whether both are sure to make the same tokens of every text, because their tokenizers' files are the same. */
    boolean sharesTokenizerFiles(OpenedModel other) {
        return checkpoint.tokenizerJson().isPresent()
                && other.checkpoint.tokenizerJson().isPresent()
                && Checksums.sha256(checkpoint.tokenizerJson().get()).equals(Checksums.sha256(other.checkpoint.tokenizerJson().get()))
                && checkpoint.tokenizerConfig().equals(other.checkpoint.tokenizerConfig());
    }

    ModelFacts facts() {
        return new ModelFacts(path.toString(), checkpoint.format(), checkpoint.sha256(), BitAccount.of(checkpoint),
                RuntimeRounding.of(checkpoint), checkpoint.notes());
    }

    @Override
    public void close() {
        tokenizer.close();
        checkpoint.close();
    }
}
